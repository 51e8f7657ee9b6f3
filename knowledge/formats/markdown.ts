import { parse } from 'yaml';
import { z } from 'zod';
import { errorMessage } from '#core/errors.ts';
import { scanBlocks } from '../chunks/blocks.ts';
import { type Reading, readable, unreadable } from '../document.ts';
import { dateOf } from './date-of.ts';

const text = z.coerce.string();

/** The names of dates are those of the common generators of sites. */
const frontMatter = z
  .object({
    ...{ title: text, url: z.string(), language: z.string() },
    ...{ date: text, published: text, updated: text, modified: text, lastmod: text },
  })
  .partial()
  .nullable();

/**
 * Markdown, with optional YAML front matter between `---` lines: `title`, `url`, `language`, and
 * `date` (or `published`) and `updated` (or `modified`, `lastmod`) in ISO 8601. Without a title there, the
 * first heading of level 1 is it.
 */
export const readMarkdown = (text: string): Reading => {
  const { yaml, body } = splitFrontMatter(text);
  let raw: unknown;
  try {
    raw = yaml === undefined ? null : parse(yaml);
  } catch (error) {
    return unreadable(`front matter is not valid YAML: ${errorMessage(error).split('\n')[0]?.replace(/:$/, '')}`);
  }
  const meta = frontMatter.safeParse(raw);
  if (!meta.success) {
    const fields = meta.error.issues.map((issue) => issue.path.join('.') || 'the whole').join(', ');
    return unreadable(`front matter must hold text fields title, url, language; wrong: ${fields}`);
  }
  const { title, url, language, published, date, updated, modified, lastmod } = meta.data ?? {};
  const publishedAt = dateOf(published ?? date);
  const modifiedAt = dateOf(updated ?? modified ?? lastmod);
  const heading = title ?? scanBlocks(body).find((block) => block.kind === 'heading' && block.level === 1)?.text;
  return readable({
    text: body,
    ...(heading ? { title: heading } : {}),
    ...(url ? { url } : {}),
    ...(language ? { language } : {}),
    ...(publishedAt ? { publishedAt } : {}),
    ...(modifiedAt ? { modifiedAt } : {}),
  });
};

const splitFrontMatter = (text: string): { readonly yaml?: string; readonly body: string } => {
  const opening = /^---[ \t]*\r?\n/.exec(text);
  if (!opening) return { body: text };
  const closing = /^(?:---|\.\.\.)[ \t]*\r?$/m.exec(text.slice(opening[0].length));
  if (!closing) return { body: text };
  const end = opening[0].length + closing.index;
  return { yaml: text.slice(opening[0].length, end), body: text.slice(end + closing[0].length) };
};
