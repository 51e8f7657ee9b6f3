import type { Found, Item, Unreadable } from '../document.ts';
import { readable } from '../document.ts';
import { decodeText } from '../formats/decode-text.ts';
import { largestDocument, tooLarge } from '../formats/index.ts';
import { type JsonLine, parseJsonLine } from '../formats/json-line.ts';
import { fileReason } from './file-reason.ts';
import { type Line, readLines } from './lines.ts';

/**
 * Reads a JSON Lines file, one document per line. Lines carry no state: hashing a line costs less than rewriting the
 * state of all others whenever one of them changes.
 */
export async function* loadLines(path: string): AsyncGenerator<Item> {
  const firstSeen = new Map<string, number>();
  try {
    for await (const line of readLines(path, largestDocument)) {
      const found = readLine(path, line, firstSeen);
      if (found) yield found;
    }
  } catch (error) {
    yield { source: path, reason: fileReason(error) };
  }
}

const readLine = (path: string, line: Line, firstSeen: Map<string, number>): Found | Unreadable | undefined => {
  const source = `${path}:${line.number}`;
  if (line.length > largestDocument) return { source, reason: tooLarge(line.length) };
  const decoded = decodeText(line.bytes, 'utf-8');
  if (!decoded.ok) return { source, reason: decoded.reason };
  if (decoded.text.trim() === '') return undefined;
  const parsed = parseJsonLine(decoded.text);
  if (!parsed.ok) return { source, reason: parsed.reason };
  const key = parsed.line._id.toWellFormed();
  const earlier = firstSeen.get(key);
  if (earlier !== undefined) {
    return { source, reason: `_id ${JSON.stringify(key)} is already taken by line ${earlier}` };
  }
  firstSeen.set(key, line.number);
  return { key, source: `${path}#${key}`, content: line.bytes, read: async () => readLineContent(parsed.line) };
};

const readLineContent = ({ title, text, url, language }: JsonLine) =>
  readable({ text, ...(title ? { title } : {}), ...(url ? { url } : {}), ...(language ? { language } : {}) });
