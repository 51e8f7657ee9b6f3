import { createReadStream } from 'node:fs';
import type { Item } from '../../document.ts';
import { formatOf, largestDocument, readDocument, tooLarge } from '../../formats/index.ts';
import { fileReason } from '../file-reason.ts';
import { readLines } from '../lines.ts';
import { messageKey } from './message-key.ts';
import { splitMbox } from './split-mbox.ts';

/**
 * Reads the mails of an mbox file of any size, one at a time. A mail that the archive holds twice is read once. Mails carry
 * no state, like the lines of a JSON Lines file.
 */
export async function* loadMbox(path: string): AsyncGenerator<Item> {
  const seen = new Set<string>();
  let count = 0;
  try {
    for await (const { number, bytes, length } of splitMbox(readLines(path, largestDocument), largestDocument)) {
      count = number;
      if (length > largestDocument) {
        yield { source: `${path}:${number}`, reason: tooLarge(length) };
        continue;
      }
      const key = messageKey(bytes);
      if (seen.has(key)) {
        yield { more: -1 };
        continue;
      }
      seen.add(key);
      yield { key, source: `${path}#${key}`, content: bytes, read: () => readDocument(formatOf('eml'), bytes) };
    }
    if (count === 0) yield { source: path, reason: 'holds no mail: an mbox file starts with a line "From …"' };
  } catch (error) {
    yield { source: path, reason: fileReason(error) };
  }
}

/** About how many mails an mbox file holds, quickly: its lines that start with `From `. */
export const countMessages = async (path: string): Promise<number> => {
  const mark = Buffer.from('\nFrom ');
  let count = 0;
  let tail: Buffer = Buffer.from('\n');
  for await (const block of createReadStream(path, { highWaterMark: 256 * 1024 }) as AsyncIterable<Buffer>) {
    const text = Buffer.concat([tail, block]);
    for (let at = text.indexOf(mark); at !== -1; at = text.indexOf(mark, at + mark.length)) count += 1;
    tail = text.subarray(-(mark.length - 1));
  }
  return Math.max(1, count);
};
