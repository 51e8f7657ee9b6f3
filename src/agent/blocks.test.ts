import { describe, expect, it } from 'vitest';
import { blocksOf, itemsOf } from './blocks.ts';

const shape = (text: string) => blocksOf(text).map(({ kind, lines, heading }) => [kind, lines.join('\n'), heading]);

describe('blocksOf', () => {
  it('keeps steps together that code, a table or a note interrupts', () => {
    const steps = '1. Run:\n\n```sh\n- no item\n```\n\n2. Look.\n\nThis takes a minute.\n\n3. Stop.';
    expect(shape(`${steps}\n\nDone.`)).toEqual([
      ['list', steps, undefined],
      ['paragraph', 'Done.', undefined],
    ]);
    expect(itemsOf(steps.split('\n'))).toHaveLength(3);
  });

  it('leaves lists apart that begin anew', () => {
    expect(shape('1. One.\n\nNow the other:\n\n1. Uno.\n2. Due.').map(([kind]) => kind)).toEqual([
      'list',
      'paragraph',
      'list',
    ]);
  });

  it('knows headings in every form', () => {
    expect(
      shape('Alpha\n=====\nOne.\n\n**Beta**\n\nTwo.\n\n## Gamma ##\nThree.\n\n**Q: Why?**\nA: So.\n\n**Note.**'),
    ).toEqual([
      ['paragraph', 'One.', 'Alpha'],
      ['paragraph', 'Two.', 'Beta'],
      ['paragraph', 'Three.', 'Gamma'],
      ['paragraph', 'A: So.', 'Why?'],
      ['paragraph', '**Note.**', 'Why?'],
    ]);
  });

  it('takes quoted text for text', () => {
    expect(shape('> - one\n> - two\n>\n> ```\n> code\n> ```\nAfter.')).toEqual([
      ['list', '- one\n- two', undefined],
      ['code', '```\ncode\n```', undefined],
      ['paragraph', 'After.', undefined],
    ]);
  });

  it('closes code only by a fence that is long enough', () => {
    expect(shape('````md\n```\nx\n```\n````\nText.').map(([kind]) => kind)).toEqual(['code', 'paragraph']);
  });
});
