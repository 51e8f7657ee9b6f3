import { z } from 'zod';
import type { Attachment } from '#core/message.ts';
import { cleanFileName, cleanLine, cleanMediaType } from '../shared/clean.ts';
import { id, list, maybe, text, timestamp } from './fields.ts';
import { markdownLink, type Ours, type ReadText, readMrkdwn, withoutMentions } from './mrkdwn.ts';
import { readBlocks } from './read-rich-text.ts';

/** A message as events carry it, also within edits and deletions. Every field may be missing. */
export const slackMessage = z.object({
  type: maybe(text),
  subtype: maybe(text),
  hidden: maybe(z.boolean()),
  channel: maybe(id),
  channel_type: maybe(text),
  user: maybe(id),
  bot_id: maybe(text),
  bot_profile: maybe(z.object({})),
  app_id: maybe(text),
  text: maybe(text),
  ts: maybe(timestamp),
  thread_ts: maybe(timestamp),
  event_ts: maybe(timestamp),
  deleted_ts: maybe(timestamp),
  parent_user_id: maybe(id),
  team: maybe(id),
  user_team: maybe(id),
  source_team: maybe(id),
  user_profile: maybe(
    z.object({ display_name: maybe(text), real_name: maybe(text), name: maybe(text), team: maybe(id) }),
  ),
  edited: maybe(z.object({ ts: maybe(timestamp) })),
  root: maybe(z.object({ ts: maybe(timestamp) })),
  blocks: maybe(list),
  attachments: maybe(list),
  files: maybe(list),
  message: z.unknown().optional(),
  previous_message: z.unknown().optional(),
});
export type SlackMessage = z.output<typeof slackMessage>;

const slackAttachment = z.object({
  is_share: maybe(z.boolean()),
  author_name: maybe(text),
  pretext: maybe(text),
  title: maybe(text),
  title_link: maybe(text),
  text: maybe(text),
  fallback: maybe(text),
  fields: maybe(list),
  blocks: maybe(list),
  message_blocks: maybe(list),
});
const field = z.object({ title: maybe(text), value: maybe(text) });
const messageBlock = z.object({ message: z.object({ blocks: list }) });

const slackFile = z.object({
  id,
  name: maybe(text),
  title: maybe(text),
  mimetype: maybe(text),
  size: maybe(z.number().int().min(0).max(Number.MAX_SAFE_INTEGER)),
  mode: maybe(text),
  is_external: maybe(z.boolean()),
  external_url: maybe(text),
  url_private: maybe(text),
  permalink: maybe(text),
});

const maxAttachments = 20;
const maxFiles = 30;

/** A secondary attachment: a forwarded message, or what another service wrote. Mentions in it speak to nobody here. */
const readAttachment = (value: unknown, us: Ours): { readonly markdown: string; readonly isForwarded: boolean } => {
  const { data } = slackAttachment.safeParse(value);
  if (data === undefined) return { markdown: '', isForwarded: false };
  const words = (mrkdwn: string | undefined) => (mrkdwn === undefined ? '' : readMrkdwn(mrkdwn, us).markdown);
  const title = words(data.title);
  const parts = [
    words(data.pretext),
    data.title_link === undefined ? title : markdownLink(data.title_link, title),
    words(data.text),
    ...(data.fields ?? []).slice(0, 30).flatMap((entry) => {
      const { title: name, value: content } = field.safeParse(entry).data ?? {};
      return [[words(name), words(content)].filter((part) => part !== '').join(': ')];
    }),
    readBlocks(data.blocks ?? [], us).markdown,
  ].filter((part) => part !== '');
  const forwarded = (data.message_blocks ?? []).flatMap(
    (entry) => messageBlock.safeParse(entry).data?.message.blocks ?? [],
  );
  const markdown = parts.join('\n') || readBlocks(forwarded, us).markdown || words(data.fallback);
  const by = withoutMentions(cleanLine(data.author_name ?? ''));
  if (data.is_share !== true || markdown === '') return { markdown, isForwarded: false };
  return {
    markdown: `Forwarded${by === '' ? '' : ` from ${by}`}:\n${markdown.replace(/^/gm, '> ')}`,
    isForwarded: true,
  };
};

/** What a message says. Its text, else its blocks, else its attachments; forwarded messages are always part of it. */
export const readWords = (message: SlackMessage, us: Ours): ReadText => {
  const written = readMrkdwn(message.text ?? '', us);
  const isEmpty = written.markdown === '' && !written.mentionsUs && !written.mentionsOthers;
  const own = isEmpty ? readBlocks(message.blocks ?? [], us) : written;
  const attached = (message.attachments ?? []).slice(0, maxAttachments).map((entry) => readAttachment(entry, us));
  const wanted = attached.filter(
    ({ isForwarded, markdown }) => markdown !== '' && (isForwarded || own.markdown === ''),
  );
  if (wanted.length === 0) return own;
  return { ...own, markdown: [own.markdown, ...wanted.map(({ markdown }) => markdown)].filter(Boolean).join('\n\n') };
};

/**
 * The files of a message, which are read through the workspace `from` (`T0HOME`, in a Grid organisation `T0HOME:E0ORG`).
 * `links`: files that lie elsewhere; `skipped`: why some are not among them.
 */
export const readFiles = (
  message: SlackMessage,
  from: string,
): {
  readonly attachments: readonly Attachment[];
  readonly links: readonly string[];
  readonly skipped: readonly string[];
} => {
  const attachments: Attachment[] = [];
  const links: string[] = [];
  const skipped: string[] = [];
  const seen = new Set<string>();
  const given = message.files ?? [];
  if (given.length > maxFiles)
    skipped.push(`${given.length - maxFiles} of ${given.length} files: too many for one message`);
  for (const value of given.slice(0, maxFiles)) {
    const { data: file } = slackFile.safeParse(value);
    if (file === undefined) {
      skipped.push('a file without an id');
    } else if (file.mode === 'tombstone' || file.mode === 'hidden_by_limit') {
      skipped.push(`a file that ${file.mode === 'tombstone' ? 'was deleted' : 'Slack no longer shows'}`);
    } else if (file.mode === 'external' || file.is_external === true) {
      const url = file.external_url ?? file.url_private ?? file.permalink;
      if (url === undefined) skipped.push('a file elsewhere, without its address');
      else links.push(markdownLink(url, withoutMentions(cleanLine(file.title || file.name || ''))));
    } else {
      // Pictures from the clipboard are all called image.png.
      const name = cleanFileName(file.name || file.title, file.id);
      let unique = name;
      for (let copy = 2; seen.has(unique); copy += 1) unique = name.replace(/(\.[^.]*)?$/, ` (${copy})$1`);
      seen.add(unique);
      attachments.push({
        name: unique,
        mime: cleanMediaType(file.mimetype),
        bytes: file.size ?? 0,
        ref: `slack:${from}:${file.id}`,
      });
    }
  }
  return { attachments, links, skipped };
};

/** A text reduced to what it says: no case, white space or punctuation (but within numbers), so that a real change shows. */
const essence = (markdown: string): string =>
  markdown
    .normalize('NFKC')
    .toLowerCase()
    .replace(/(?<!\d)\p{P}|\p{P}(?!\d)|[\s\p{Sk}~\u200b]|\ufe0f/gu, '');

/** Two versions of a message say the same. */
export const saysTheSame = (before: SlackMessage, after: SlackMessage, us: Ours): boolean => {
  const [old, now] = [before, after].map((message) => readWords(message, us).markdown.trim());
  if (old === undefined || now === undefined) return true;
  const [oldEssence, newEssence] = [essence(old), essence(now)];
  return oldEssence === '' && newEssence === '' ? old === now : oldEssence === newEssence;
};
