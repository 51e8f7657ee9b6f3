import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deskParts } from './desk-commands.ts';

/** `claim | reply Hello`: what a text means, in order. */
const read = (text: string, hasFiles = false): string => {
  const found = deskParts(text, hasFiles);
  if (!found.ok) return `refused: ${found.reason}`;
  return found.parts
    .map((part) => {
      if (part.kind !== 'command') return `${part.kind} ${part.text}`;
      return part.action === 'reassign' && part.person !== undefined ? `reassign ${part.person}` : part.action;
    })
    .join(' | ');
};

describe('what an agent’s words mean', () => {
  it.each([
    ['Hello Ann, it is in the post.', 'reply Hello Ann, it is in the post.'],
    ['/claim', 'claim'],
    [' /Resolve. ', 'resolve'],
    ['/return', 'return'],
    ['/reopen', 'reopen'],
    ['/publish', 'publish'],
    ['/dismiss', 'dismiss'],
    ['/reassign Tom Reed', 'reassign Tom Reed'],
    ['/reassign', 'reassign'],
    ['', ''],
  ])('%j: %s', (text, expected) => {
    expect(read(text)).toBe(expected);
  });

  it('are passed on before the case is closed or given away, and after it is taken, wherever the command stands', () => {
    expect(read('Hello.\n\n/resolve')).toBe('reply Hello. | resolve');
    expect(read('/resolve\n\nHello.')).toBe('reply Hello. | resolve');
    expect(read('Hello.\n/reassign Tom')).toBe('reply Hello. | reassign Tom');
    expect(read('Hello.\n/claim')).toBe('claim | reply Hello.');
    expect(read('/reopen\nHello.\n/return\n\nKind regards\nMira')).toBe(
      'reopen | reply Hello.\n\nKind regards\nMira | return',
    );
    expect(read('/reassign\nHello.\n/resolve\n/resolve')).toBe('reassign | reply Hello. | resolve');
  });

  it('are a note after /note, to the end, and after // at the beginning', () => {
    expect(read('/note she is our oldest customer\nand pays late')).toBe(
      'note she is our oldest customer\nand pays late',
    );
    expect(read('Hello.\n/note she is\ndifficult\n/resolve')).toBe('reply Hello. | note she is\ndifficult | resolve');
    expect(read('// hopeless\ncase\n/resolve')).toBe('note // hopeless\ncase | resolve');
    expect(read('/claim\n// mine')).toBe('claim | note // mine');
  });

  it('are text between the lines of code, and in a sentence', () => {
    expect(read('Write this:\n```\n/resolve\n```\nin the chat.')).toBe(
      'reply Write this:\n```\n/resolve\n```\nin the chat.',
    );
    expect(read('Have a look at /claim in the menu.')).toBe('reply Have a look at /claim in the menu.');
    expect(read('See\n/etc/hosts\nthere.')).toBe('reply See\n/etc/hosts\nthere.');
  });

  it('are refused when they look like a command and are none', () => {
    expect(read('/resovle')).toBe(
      'refused: /resovle is no command: use /claim, /resolve, /return, /reopen, /reassign, /note, /publish or /dismiss on a line of its own.',
    );
    expect(read('Hello.\n/close')).toContain('refused: /close is no command');
    expect(read('/resolve it please\nHello.')).toBe('refused: /resolve belongs on a line of its own.');
  });

  it('may be files alone', () => {
    expect(read('', true)).toBe('reply ');
    expect(read('/resolve', true)).toBe('reply  | resolve');
    expect(read('/note see the file', true)).toBe('note see the file');
  });

  it('never let a command through to the customer, and lose no other line', () => {
    const line = fc.constantFrom('Hello.', 'it is there', '/claim', '/resolve', '/reopen', '/reassign Tom', '');
    fc.assert(
      fc.property(fc.array(line, { maxLength: 8 }), (lines) => {
        const found = deskParts(lines.join('\n'), false);
        if (!found.ok) throw new Error(found.reason);
        const words = found.parts.flatMap((part) => (part.kind === 'reply' ? part.text.split('\n') : []));
        expect(words.filter((one) => one !== '')).toEqual(lines.filter((one) => /^[Hi]/.test(one)));
        for (const name of ['claim', 'resolve', 'reopen', 'reassign'])
          expect(found.parts.some((part) => part.kind === 'command' && part.action === name)).toBe(
            lines.some((one) => one.startsWith(`/${name}`)),
          );
      }),
    );
  });
});
