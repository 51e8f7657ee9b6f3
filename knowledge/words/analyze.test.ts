import { describe, expect, it } from 'vitest';
import { markdownStems, questionStems } from './analyze.ts';

describe('markdownStems', () => {
  it('leaves out stop words and link targets', () => {
    expect(markdownStems('See [the **guides**](https://example.org/a-b) for deliveries.')).toEqual([
      'see',
      'guid',
      'deliveri',
    ]);
  });
});

describe('questionStems', () => {
  it('gives what the question is about', () => {
    expect(questionStems('Hi, pls how long do I have to wait for a delivery?')).toEqual(['wait', 'deliveri']);
  });

  it('reads only the beginning of a huge question', () => {
    expect(questionStems(`${'word '.repeat(1_000_000)}end`)).toEqual(['word']);
  });
});
