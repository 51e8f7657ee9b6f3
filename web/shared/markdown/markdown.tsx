import { memo, useMemo } from 'react';
import { parseMarkdown } from './parse-markdown.ts';
import { type CitationRendering, renderHast } from './render-hast.tsx';
import './markdown.css';

/** A message's Markdown, drawn safely. `citations` makes its `[n]` marks live. */
export const Markdown = memo(
  ({ text, citations }: { readonly text: string; readonly citations?: CitationRendering }) => {
    const tree = useMemo(() => parseMarkdown(text), [text]);
    return <div className="markdown">{renderHast(tree, citations)}</div>;
  },
);
Markdown.displayName = 'Markdown';
