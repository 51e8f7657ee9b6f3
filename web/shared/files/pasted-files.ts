/** Files on the clipboard, unless it carries text as well: a copied table or paragraph is pasted as text. */
export const pastedFiles = (clipboard: DataTransfer): readonly File[] =>
  clipboard.types.includes('text/plain') ? [] : Array.from(clipboard.files);
