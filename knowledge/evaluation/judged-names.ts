/**
 * Calls documents what the judgements call them. An id that a document bears exactly means that document; one that none
 * bears is also found without the collection before it (`sample:`) and without the extension of its file (`.md`), as
 * people write ids by hand. Other documents keep their id.
 */
export const judgedNames = (
  judged: Iterable<string>,
  documents: Iterable<string>,
): ((documentId: string) => string) => {
  const known = new Set(documents);
  const loose = new Set([...judged].filter((id) => !known.has(id)));
  return (documentId) => shorter(documentId).find((name) => loose.has(name)) ?? documentId;
};

const shorter = (documentId: string): readonly string[] => {
  const bare = documentId.replace(/^[^:/]+:(?!\/\/)/, '');
  return [bare, withoutExtension(documentId), withoutExtension(bare)];
};

const withoutExtension = (path: string): string => path.replace(/\.[a-z0-9]{1,5}$/i, '');
