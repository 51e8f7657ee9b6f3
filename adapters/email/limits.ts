/** What one mail may cost us. Providers stop at 25–50 MB and 100–500 recipients; a support mail needs far less. */
export const limits = {
  /** Largest mail that is read at all, in bytes as transferred. */
  mailBytes: 25 * 1024 * 1024,
  /** All header fields of all parts together, in bytes. */
  headerBytes: 512 * 1024,
  /** The parser's time grows with the lines; 25 MB of base64 are 340,000. */
  lines: 400_000,
  /** Multiparts within multiparts. */
  nesting: 50,
  attachments: 30,
  /** Beyond this many people in To and Cc, only the author gets the answer. */
  recipients: 200,
  /** Longest text of a mail that is looked at, in UTF-16 code units; quotes included. */
  textChars: 100_000,
  /** Largest HTML that is converted, in UTF-16 code units. */
  htmlChars: 500_000,
  /** Longest single header value that is used: subject, display name. */
  headerChars: 500,
  /** Message-IDs of a References field that are kept: the first and the most recent ones. */
  references: 50,
  /** Failed recipients of one delivery report that become events. */
  failedRecipients: 20,
} as const;
