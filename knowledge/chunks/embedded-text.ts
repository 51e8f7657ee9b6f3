/** The text that stands for a chunk in embedding space: what a reader would need to understand it. */
export const embeddedText = (title: string, headings: readonly string[], body: string): string =>
  [[title, ...headings].join(' › '), body].join('\n\n');
