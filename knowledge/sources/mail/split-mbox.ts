import type { Line } from '../lines.ts';

/** One message of an mbox file. */
export interface MboxMessage {
  /** Counted from 1. */
  readonly number: number;
  /** As it was sent: without the separating line, `>From ` undone. Empty when the message is longer than allowed. */
  readonly bytes: Uint8Array;
  /** Of the whole message, in bytes. */
  readonly length: number;
}

const newline = Buffer.from('\n');

/**
 * Cuts the lines of an mbox file (RFC 4155; mboxo and mboxrd) into messages, holding one at a time. A message begins at a
 * line `From …` at the start of the file, or after an empty line if it ends like one that a mail program wrote: with a
 * date. That saves most texts that were stored without quoting their `From `.
 */
export async function* splitMbox(lines: AsyncIterable<Line>, maxBytes: number): AsyncGenerator<MboxMessage> {
  let parts: Uint8Array[] = [];
  let length = 0;
  let number = 0;
  let isAfterBlank = true;
  const add = (bytes: Uint8Array, full: number) => {
    length += full;
    if (length <= maxBytes) parts.push(bytes);
    else parts = [];
  };
  const finish = (): MboxMessage => {
    // The empty line before the next separator belongs to the archive, not to the message.
    const bytes = withoutLastBlankLine(Buffer.concat(parts));
    const message = { number, bytes, length };
    parts = [];
    length = 0;
    return message;
  };
  for await (const line of lines) {
    if (isAfterBlank && isSeparator(line.bytes, number === 0)) {
      if (number > 0) yield finish();
      number += 1;
    } else if (number > 0) {
      const bytes = unquote(line.bytes);
      add(bytes, line.length);
      add(newline, 1);
    }
    isAfterBlank = line.length === 0 || (line.length === 1 && line.bytes[0] === 0x0d);
  }
  if (number > 0) yield finish();
}

const from = Buffer.from('From ');
const startsWithFrom = (bytes: Uint8Array, at: number): boolean =>
  bytes.length >= at + from.length && from.every((letter, index) => bytes[at + index] === letter);

/** `From alice@example.org Mon Jan  5 10:00:00 2015` */
const isSeparator = (bytes: Uint8Array, isFirst: boolean): boolean =>
  startsWithFrom(bytes, 0) &&
  (isFirst || /\d{1,2}:\d{2}.*\b\d{4}\b/.test(Buffer.from(bytes.subarray(0, 500)).toString('latin1')));

const unquote = (bytes: Uint8Array): Uint8Array => {
  if (bytes[0] !== 0x3e) return bytes;
  const end = bytes.findIndex((letter) => letter !== 0x3e);
  return end > 0 && startsWithFrom(bytes, end) ? bytes.subarray(1) : bytes;
};

const withoutLastBlankLine = (message: Buffer): Uint8Array => {
  const text = message.subarray(-4).toString('latin1');
  if (text.endsWith('\r\n\r\n')) return message.subarray(0, -2);
  return text.endsWith('\n\n') ? message.subarray(0, -1) : message;
};
