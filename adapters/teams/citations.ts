import type { Citation } from '#core/message.ts';
import { renderText } from '../shared/render-text.ts';
import type { CitationClaim, MessageEntity } from './outbound-activity.ts';
import { linkTarget, markdownLabel, oneLine } from './teams-text.ts';

/**
 * Limits of learn.microsoft.com, "Bot messages with AI-generated content"; more is answered with 400 and the message is lost.
 * In UTF-16 code units.
 */
const limits = { citations: 20, name: 80, abstract: 160, position: 999 } as const;

/** The answer with the sources that its marks lead to. */
export interface Cited {
  /** The text, with marks of the sources that it did not quote. */
  readonly text: string;
  readonly claims: readonly CitationClaim[];
}

/** The address of a page; a mail address is no source. */
const pageOf = (url: string | undefined): string | undefined => {
  const target = linkTarget(url);
  return target?.startsWith('http') === true ? target : undefined;
};

const claim = ({ n, title, url, text }: Citation): CitationClaim => {
  const page = pageOf(url);
  const name = oneLine(title, limits.name) || 'Untitled';
  return {
    '@type': 'Claim',
    position: n,
    appearance: {
      '@type': 'DigitalDocument',
      name,
      ...(page === undefined ? {} : { url: page }),
      // Optional by the documentation, required by Microsoft's own types.
      abstract: oneLine(renderText(text.slice(0, 2_000)), limits.abstract) || name,
    },
  };
};

/** The numbers that the text quotes, first mention first; not those inside code, where Teams shows no marks. */
const quotedIn = (text: string): Set<number> => {
  const prose = text.replace(/^(`{3,})\n[\s\S]*?\n\1$/gm, '').replace(/(?<!`)(`+)(?!`)[^\n]*?(?<!`)\1(?!`)/g, '');
  return new Set([...prose.matchAll(/(?<!\\)\[(\d{1,3})\]/g)].map(([, n]) => Number(n)));
};

const sourceLine = ({ n, title, url }: Citation): string => {
  const label = markdownLabel(title, limits.name) || 'Untitled';
  const page = pageOf(url);
  return `- ${n} · ${page === undefined ? label : `[${label}](${page})`}`;
};

/**
 * The sources of an answer as claims behind the marks of its text (`text` is Teams Markdown already). Teams shows a source only
 * where the text has its mark, so marks of those that were not quoted follow at the end; beyond the twenty that a message may
 * have they are listed as links.
 */
export const cite = (text: string, citations: readonly Citation[]): Cited => {
  const known = new Map(
    citations.filter(({ n }) => Number.isInteger(n) && n >= 1 && n <= limits.position).map((one) => [one.n, one]),
  );
  const quoted = [...quotedIn(text)].flatMap((n) => known.get(n) ?? []);
  const others = [...known.values()].filter((one) => !quoted.includes(one));
  const marked = [...quoted, ...others].slice(0, limits.citations);
  const marks = others.filter((one) => marked.includes(one)).map(({ n }) => `[${n}]`);
  const rest = [...quoted, ...others].slice(limits.citations);
  return {
    text: [
      text,
      marks.length === 0 ? '' : `Sources: ${marks.join(' ')}`,
      rest.length === 0 ? '' : `More sources:\n\n${rest.map(sourceLine).join('\n')}`,
    ]
      .filter((part) => part !== '')
      .join('\n\n'),
    claims: marked.map(claim).sort((a, b) => a.position - b.position),
  };
};

/** The label "AI generated", with the sources. The root entity of a message: there must not be another one. */
export const aiEntity = (claims: readonly CitationClaim[] = []): MessageEntity => ({
  type: 'https://schema.org/Message',
  '@type': 'Message',
  '@context': 'https://schema.org',
  '@id': '',
  additionalType: ['AIGeneratedContent'],
  ...(claims.length === 0 ? {} : { citation: claims }),
});
