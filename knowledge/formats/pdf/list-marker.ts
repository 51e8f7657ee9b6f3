/** What an item of a list begins with, and where its text does. Fonts of symbols have bullets where Unicode has private ones. */
export const listMarker =
  /^\s*(?:([•◦▪▫●○■□‣⁃∙·*\u{f0b7}\u{f0a7}\u{f0d8}]|[–—-](?=\s))|(\d{1,3}|[a-z])[.)](?=\s))\s*(?=\S)/u;
