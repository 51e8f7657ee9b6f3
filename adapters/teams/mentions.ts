import { z } from 'zod';
import { cleanLine } from '../shared/clean.ts';
import type { Activity } from './activity.ts';
import { id, maybe, text } from './fields.ts';

const entity = z.object({
  type: z.string().regex(/^mention$/i),
  text: maybe(text),
  mentioned: z.object({ id: maybe(id), name: maybe(text), role: maybe(text) }),
});

interface Mention {
  readonly name: string;
  readonly isUs: boolean;
  /** The text of the entity, where it is no tag: `@Frontdesk`. */
  readonly bare?: string;
}

/** Whom a message mentions, and how its tags read. */
export interface Mentions {
  readonly mentionsUs: boolean;
  /** A person or a group of people besides us is named (not a channel or a team, which is everybody). */
  readonly mentionsOthers: boolean;
  /** What stands in the text for one tag: the mark of a mention of ours, or `@Name`. `index`: its number in the message. */
  readonly textOf: (name: string, index?: number) => string;
  /** Ways that the text names us without a tag. */
  readonly bare: readonly string[];
}

/** Stands for a mention of ours until the text around it is put in order; the text's own are removed first. */
const ourMark = '\ue010';
export const withoutMarks = (value: string): string => value.replace(/[\ue000-\ue01f]/g, '');

/** A name as it reads in a text: one line, nothing that could be taken for a tag. */
export const nameIn = (value: string): string => cleanLine(withoutMarks(value).replace(/[<>]/g, ' '));

const tag = /<\/?[a-z][^<>]{0,500}>/gi;
const plainOf = (markup: string): string =>
  nameIn(
    markup
      .replace(tag, '')
      .replace(/&nbsp;|&#160;|\u00a0/gi, ' ')
      .replace(/&lt;|&gt;/gi, ' ')
      .replace(/&quot;/gi, '"')
      .replace(/&#39;|&apos;/gi, "'")
      .replace(/&amp;/gi, '&'),
  );
const sameName = (one: string, other: string): boolean =>
  one.replace(/^@/, '').toLowerCase() === other.replace(/^@/, '').toLowerCase();

const maxMentions = 200;

/** The names of ours in an activity: whoever received it, and our app. */
export const usIn = ({ recipient }: Activity, appId: string | undefined): ReadonlySet<string> =>
  new Set([...(recipient === undefined ? [] : [recipient.id]), ...(appId === undefined ? [] : [`28:${appId}`, appId])]);

/** Everything the mention entities of a message say; without any a tag with our name is us. */
export const mentionsOf = (activity: Activity, us: ReadonlySet<string>): Mentions => {
  const found = (activity.entities ?? []).slice(0, maxMentions).flatMap((entry) => entity.safeParse(entry).data ?? []);
  const mentions = found.map(({ text: written = '', mentioned }): Mention => {
    const isUs = mentioned.id !== undefined && us.has(mentioned.id);
    const name = plainOf(written) || nameIn(mentioned.name ?? '');
    return { name, isUs, ...(isUs && written !== '' && !/<at\b/i.test(written) ? { bare: written } : {}) };
  });
  const ourName = nameIn(activity.recipient?.name ?? '');
  const used = new Set<Mention>();
  const isOther = ({ mentioned }: (typeof found)[number]): boolean =>
    mentioned.id !== undefined && !us.has(mentioned.id) && !/@thread\./i.test(mentioned.id);
  let isTagged = false;

  const textOf = (markup: string, index?: number): string => {
    if (markup.includes(ourMark)) return ourMark;
    const name = plainOf(markup);
    const named = mentions.filter((mention) => sameName(mention.name, name));
    const numbered = index === undefined ? undefined : mentions[index];
    const mention =
      (numbered !== undefined && (named.length === 0 || named.includes(numbered)) ? numbered : undefined) ??
      named.find((candidate) => !used.has(candidate)) ??
      named[0];
    if (mention !== undefined) used.add(mention);
    const isUs = mention === undefined ? mentions.length === 0 && name !== '' && sameName(name, ourName) : mention.isUs;
    if (isUs) isTagged = true;
    return isUs ? ourMark : name === '' ? '' : `@${name.replace(/^@/, '')}`;
  };
  return {
    get mentionsUs() {
      return isTagged || mentions.some(({ isUs }) => isUs);
    },
    mentionsOthers: found.some(isOther),
    textOf,
    bare: mentions.flatMap(({ bare }) => bare ?? []),
  };
};

const attributes = '[^<>]{0,300}';
const innermost = new RegExp(`<at(${attributes})>((?:(?!</?at\\b)[\\s\\S]){0,500}?)</at\\s*>`, 'gi');
const strayTag = new RegExp(`</?at\\b${attributes}>`, 'gi');
const maxNesting = 5;

/** A text with its `<at>` tags read, however often they are repeated, nested or left open. */
export const readTags = (value: string, { textOf, bare }: Mentions): string => {
  let read = withoutMarks(value);
  for (let round = 0; round < maxNesting; round += 1) {
    const next = read.replace(innermost, (_, given: string, inner: string) => {
      const index = /\bid\s*=\s*["']?(\d{1,3})/i.exec(given)?.[1];
      return textOf(inner, index === undefined ? undefined : Number(index));
    });
    if (next === read) break;
    read = next;
  }
  for (const words of bare) if (!read.includes(ourMark)) read = read.replace(words, () => ourMark);
  return read.replace(strayTag, '');
};

/** A text without the marks of our mentions, and without the gaps and commas that they leave. */
export const withoutOurs = (value: string): string =>
  value
    .replace(new RegExp(`${ourMark}(?:[\\s\\u00a0]*${ourMark})+`, 'g'), ourMark)
    .replace(new RegExp(`^[^\\S\\n]*${ourMark}[^\\S\\n]*[,:;]?[^\\S\\n]*`, 'gm'), '')
    .replace(new RegExp(`,?[^\\S\\n]?${ourMark}(?=[^\\S\\n]*(?:[.,:;!?)\\n]|$))`, 'g'), '')
    .replace(new RegExp(`[^\\S\\n]?${ourMark}[^\\S\\n]?`, 'g'), ' ')
    .trim();
