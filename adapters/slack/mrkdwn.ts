import { safeUrl } from '#adapters/shared/safe-url.ts';
import { cleanText } from '../shared/clean.ts';

/** What a text in Slack's own mark-up says, and to whom. */
export interface ReadText {
  readonly markdown: string;
  /** One of our own users is mentioned. */
  readonly mentionsUs: boolean;
  /** Somebody else, a group or everybody is mentioned. */
  readonly mentionsOthers: boolean;
}

/** Our own users: their mention is how people speak to us, not part of what they say. */
export type Ours = ReadonlySet<string>;

const entities: Readonly<Record<string, string>> = { '&lt;': '<', '&gt;': '>', '&amp;': '&' };

/** Slack escapes exactly these three, once. */
export const unescapeEntities = (text: string): string =>
  text.replace(/&(?:lt|gt|amp);/g, (entity) => entities[entity] ?? entity);

/** A link in Markdown; only its label when nobody should be sent to its address. */
export const markdownLink = (url: string, label = ''): string => {
  const href = safeUrl(url);
  const shown = label.trim().replaceAll('\n', ' ');
  const address = url.replace(/^mailto:/i, '');
  if (href === undefined) return shown === '' ? address : shown;
  if (shown === '' || shown === url || shown === address) return address;
  const target = url.replace(/[()<>\s\\]/g, (character) => encodeURIComponent(character).replace(/[()]/g, parenthesis));
  return `[${shown.replace(/[[\]\\]/g, '\\$&')}](${target})`;
};
const parenthesis = (character: string): string => (character === '(' ? '%28' : '%29');

/** What stands between `<` and `>` in Slack's mark-up. `undefined`: nothing that Slack writes there. */
const readControl = (
  inner: string,
): { readonly text: string; readonly user?: string; readonly calls?: true } | undefined => {
  const bar = inner.indexOf('|');
  const target = bar < 0 ? inner : inner.slice(0, bar);
  const label = bar < 0 ? '' : inner.slice(bar + 1).trim();
  const named = (sign: string, fallback: string) => `${sign}${(label || fallback).replace(/^[@#]/, '')}`;
  const user = /^@([UW][A-Z0-9]+)$/.exec(target)?.[1];
  if (user !== undefined) return { text: named('@', user), user };
  const channel = /^#([CGD][A-Z0-9]+)$/.exec(target)?.[1];
  if (channel !== undefined) return { text: named('#', channel) };
  const group = /^!subteam\^([A-Z0-9]+)/.exec(target)?.[1];
  if (group !== undefined) return { text: named('@', group), calls: true };
  const everybody = /^!(here|channel|everyone|group)$/i.exec(target)?.[1];
  if (everybody !== undefined) return { text: `@${everybody.toLowerCase()}`, calls: true };
  if (/^!date\^/.test(target)) return { text: label || (target.split('^')[2] ?? '') };
  return undefined;
};

// Nothing that we hand on may call anybody, whatever it is pasted into: typed `<!channel>` reads `@channel`.
const live = /(?<!<)<+([@!#][^<>]*)>+/g;
const maxNesting = 20;

/** The same text without anything that Slack would turn into a mention, should it ever be sent there unescaped. */
export const withoutMentions = (markdown: string): string => {
  let text = markdown;
  for (let round = 0; round < maxNesting; round += 1) {
    const next = text.replace(live, (whole, inner: string) => readControl(inner)?.text ?? whole);
    if (next === text) return text;
    text = next;
  }
  return text.replace(/(?<!<)<+(?=[@!#])/g, '');
};

const bullet = /^(\s*)[•◦▪▫‣]\ufe0e?\s+/u;
const quoted = /^(?:&gt;|>) ?/;
const quotedToTheEnd = /^(?:&gt;|>){3} ?/;

type Line = 'quote' | 'item' | 'text';

/** Quotes and lists line by line. A blank line ends them: Markdown would otherwise take the next line in. */
const readLines = (text: string): string => {
  const lines: string[] = [];
  let before: Line = 'text';
  let rest = false;
  for (const line of text.split('\n')) {
    rest ||= quotedToTheEnd.test(line);
    const isQuote = rest || quoted.test(line);
    const kind: Line = isQuote ? 'quote' : bullet.test(line) ? 'item' : 'text';
    const ends: boolean =
      before === 'quote' ? kind !== 'quote' : before === 'item' && kind === 'text' && !/^\s/.test(line);
    if (ends && line.trim() !== '') lines.push('');
    const words = isQuote ? line.replace(quotedToTheEnd, '').replace(quoted, '') : line;
    const listed = words.replace(bullet, '$1- ');
    lines.push(isQuote ? `> ${listed}`.trimEnd() : listed);
    const continues: boolean = before === 'item' && !ends && line.trim() !== '';
    before = kind === 'text' && continues ? 'item' : kind;
  }
  return lines.join('\n');
};

// A marker opens after anything but a letter or digit and before a character, and closes the other way round.
const bold = /(?<![\p{L}\p{N}*])\*(?![\s*])([^*\n]*[^\s*])\*(?![\p{L}\p{N}*])/gu;
const strike = /(?<![\p{L}\p{N}~])~(?![\s~])([^~\n]*[^\s~])~(?![\p{L}\p{N}~])/gu;

const isUrl = /^[a-z][a-z0-9+.-]*:/i;

const ours = '\ufdd2';

/** The text without our mention: `@us, how…` and `hey @us how…` read as if we had not been named. */
const withoutOurs = (text: string): string =>
  text
    .replace(/(^|\n)(?:[^\S\n]*\ufdd2)+[^\S\n]*(?:[,:](?=\s))?[^\S\n]*/g, '$1')
    .replace(/[^\S\n]{0,3}\ufdd2(?=[\s.,!?;:]|$)/g, '')
    .replaceAll(/\ufdd2[^\S\n]?/g, '');

/**
 * Slack's mark-up (https://docs.slack.dev/messaging/formatting-message-text) as Markdown: bold, strike, quotes, lists, links,
 * names for mentions, entities unescaped once. Code stays as it was written. Our own mention is left out.
 */
export const readMrkdwn = (mrkdwn: string, us: Ours): ReadText => {
  // Noncharacters are gone after cleaning, so they can stand for what must not be touched meanwhile.
  const kept: string[] = [];
  const keep = (text: string): string => `\ufdd0${kept.push(text) - 1}\ufdd1`;
  const restore = (text: string): string =>
    text.replace(/\ufdd0(\d+)\ufdd1/g, (_, index: string) => restore(kept[Number(index)] ?? ''));
  let mentionsUs = false;
  let mentionsOthers = false;

  const readToken = (whole: string, inner: string): string => {
    const control = readControl(inner);
    if (control?.user !== undefined && us.has(control.user)) {
      mentionsUs = true;
      return ours;
    }
    if (control !== undefined) {
      mentionsOthers ||= control.user !== undefined || control.calls === true;
      return keep(unescapeEntities(control.text));
    }
    const [url = '', ...label] = inner.split('|').map((part) => restore(unescapeEntities(part)));
    return isUrl.test(url) ? keep(markdownLink(url, label.join('|'))) : whole;
  };
  const plainToken = (whole: string, inner: string): string => {
    const [url = ''] = inner.split('|');
    return readControl(inner)?.text ?? (isUrl.test(url) ? url : whole);
  };
  const code = (text: string): string => unescapeEntities(text.replace(/<([^<>]+)>/g, plainToken));

  const withoutCode = cleanText(mrkdwn)
    .replace(/\n?```\n?([\s\S]*?)\n?```\n?/g, (whole, body: string) =>
      body.trim() === '' ? keep(whole) : `\n${keep(`\`\`\`\n${code(body)}\n\`\`\``)}\n`,
    )
    .replace(/`([^`\n]+)`/g, (_, body: string) => keep(`\`${code(body)}\``));
  const text = readLines(withoutOurs(withoutCode.replace(/<([^<>]+)>/g, readToken)))
    .replace(bold, '**$1**')
    .replace(strike, '~~$1~~');
  return { markdown: withoutMentions(restore(unescapeEntities(text))).trim(), mentionsUs, mentionsOthers };
};
