import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Line } from '../lines.ts';
import { splitMbox } from './split-mbox.ts';

async function* linesOf(text: string): AsyncGenerator<Line> {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  for (const [at, line] of lines.entries()) {
    const bytes = Buffer.from(line);
    yield { number: at + 1, bytes, length: bytes.length };
  }
}
const split = async (text: string, most = 1_000): Promise<string[]> =>
  (await Array.fromAsync(splitMbox(linesOf(text), most))).map(({ bytes }) => Buffer.from(bytes).toString());

const separator = 'From alice@example.org Mon Jan  5 10:00:00 2015\n';

describe('splitMbox', () => {
  it('gives back the mails that were put in (mboxrd)', async () => {
    const line = fc.oneof(
      fc.constantFrom('', 'From me', '>From me', '>>From x Mon Jan  5 10:00:00 2015', '> quote', 'Subject: x'),
      fc.string({ maxLength: 20 }).map((text) => text.replaceAll(/[\r\n]/g, '')),
    );
    const mail = fc.array(line, { maxLength: 6 }).map((body) => ['Subject: s', ...body, 'end', ''].join('\n'));
    await fc.assert(
      fc.asyncProperty(fc.array(mail, { maxLength: 5 }), async (mails) => {
        const archive = mails.map((each) => `${separator}${each.replace(/^(>*From )/gm, '>$1')}\n`).join('');
        expect(await split(archive)).toEqual(mails);
      }),
      { numRuns: 200 },
    );
  });

  it('survives texts that were stored without quoting', async () => {
    const text = `${separator}Subject: a\n\nHello\n\nFrom here on it gets better.\n\n${separator}Subject: b\n`;
    expect(await split(text)).toEqual(['Subject: a\n\nHello\n\nFrom here on it gets better.\n', 'Subject: b\n']);
    const windows = `${separator}Subject: a\r\n\r\nx\r\n\r\n${separator}Subject: b\r\n`;
    expect(await split(windows)).toEqual(['Subject: a\r\n\r\nx\r\n', 'Subject: b\r\n']);
  });

  it('keeps no mail that is too long, but its length', async () => {
    const text = `${separator}${'x'.repeat(2_000)}\n\n${separator}Subject: b\n`;
    const mails = await Array.fromAsync(splitMbox(linesOf(text), 1_000));
    expect(mails.map(({ number, bytes, length }) => [number, bytes.length, length])).toEqual([
      [1, 0, 2_002],
      [2, 11, 11],
    ]);
  });

  it('finds nothing in what is no archive', async () => {
    expect(await split('Subject: a\n\nFrom x 10:00 2015\n')).toEqual(['']);
    expect(await split('Hello\n')).toEqual([]);
  });
});
