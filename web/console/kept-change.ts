import type { ArticleChange } from './console-api.ts';

/** A change to a draft that is not saved yet, with the text that it began from. */
export interface KeptChange {
  readonly from: ArticleChange;
  readonly to: ArticleChange;
}

const isChange = (value: unknown): value is ArticleChange =>
  typeof value === 'object' &&
  value !== null &&
  ['question', 'answer', 'visibility'].every((key) => typeof Reflect.get(value, key) === 'string');

export const isSameChange = (one: ArticleChange, other: ArticleChange): boolean =>
  one.question === other.question && one.answer === other.answer && one.visibility === other.visibility;

/** As text, to be kept in the browser; nothing where nothing is changed. */
export const writeKept = ({ from, to }: KeptChange): string =>
  isSameChange(from, to) ? '' : JSON.stringify({ from, to });

/** What was kept, or undefined where that is nothing that can be read. */
export const readKept = (text: string): KeptChange | undefined => {
  try {
    const { from, to } = JSON.parse(text) as { readonly from?: unknown; readonly to?: unknown };
    return isChange(from) && isChange(to) ? { from, to } : undefined;
  } catch {
    return undefined;
  }
};
