import { createReadStream } from 'node:fs';

const newline = 0x0a;

/** A line of a file, without its line break. */
export interface Line {
  /** Counted from 1. */
  readonly number: number;
  /** Empty when the line was longer than allowed. */
  readonly bytes: Uint8Array;
  /** Length of the whole line, in bytes. */
  readonly length: number;
}

/** The lines of a file of any size, one at a time. What exceeds `maxBytes` of a line is counted but not kept. */
export async function* readLines(path: string, maxBytes: number): AsyncGenerator<Line> {
  let parts: Buffer[] = [];
  let length = 0;
  let number = 0;
  const add = (part: Buffer) => {
    length += part.length;
    if (length <= maxBytes) parts.push(part);
    else parts = [];
  };
  const finish = (): Line => {
    number += 1;
    const line = { number, bytes: Buffer.concat(parts), length };
    parts = [];
    length = 0;
    return line;
  };
  for await (const block of createReadStream(path, { highWaterMark: 256 * 1024 }) as AsyncIterable<Buffer>) {
    let from = 0;
    for (let to = block.indexOf(newline); to !== -1; to = block.indexOf(newline, from)) {
      add(block.subarray(from, to));
      yield finish();
      from = to + 1;
    }
    add(block.subarray(from));
  }
  if (length > 0) yield finish();
}

/** How many lines a file has, quickly. */
export const countLines = async (path: string): Promise<number> => {
  let count = 0;
  let last = newline;
  for await (const block of createReadStream(path, { highWaterMark: 256 * 1024 }) as AsyncIterable<Buffer>) {
    for (let at = block.indexOf(newline); at !== -1; at = block.indexOf(newline, at + 1)) count += 1;
    last = block.at(-1) ?? last;
  }
  return last === newline ? count : count + 1;
};
