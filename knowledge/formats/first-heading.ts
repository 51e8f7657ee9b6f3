import { scanBlocks } from '../chunks/blocks.ts';

/** The heading that everything else in Markdown stands below, which stands in for a title; one of several does not. */
export const firstHeading = (text: string): string | undefined => {
  const headings = scanBlocks(text).flatMap((block) => (block.kind === 'heading' ? [block] : []));
  const outermost = Math.min(...headings.map(({ level }) => level));
  const [title, another] = headings.filter(({ level }) => level === outermost);
  return another ? undefined : title?.text.replaceAll(/\*\*|__/g, '').trim();
};
