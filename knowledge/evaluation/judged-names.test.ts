import { expect, it } from 'vitest';
import { judgedNames } from './judged-names.ts';

it.each([
  ['by their id', ['faq/pay.md'], 'faq/pay.md', 'faq/pay.md'],
  ['without the collection', ['pay.md'], 'kb:pay.md', 'pay.md'],
  ['without the extension', ['faq/pay'], 'faq/pay.md', 'faq/pay'],
  ['without both', ['pay'], 'kb:pay.md', 'pay'],
  ['by a page’s address', ['https://x.example/pay'], 'https://x.example/pay', 'https://x.example/pay'],
  ['never without their folder', ['pay'], 'faq/pay.md', 'faq/pay.md'],
])('finds judged documents %s', (_how, judged, documentId, name) => {
  expect(judgedNames(judged, [documentId])(documentId)).toBe(name);
});

it('takes an id for what bears it exactly, when something does', () => {
  const name = judgedNames(['1'], ['1', 'kb:1']);
  expect([name('1'), name('kb:1')]).toEqual(['1', 'kb:1']);
});
