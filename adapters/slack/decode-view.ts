import { z } from 'zod';
import type { HttpAnswer } from '#core/channel.ts';
import { cleanText } from '../shared/clean.ts';
import { type Context, isDirect, nothing, type SlackDecoded, standing, unknown } from './context.ts';
import { type Interaction, personIn } from './decode-interaction.ts';
import { id, maybe, text, timestamp } from './fields.ts';
import { withoutMentions } from './mrkdwn.ts';
import { readBlocks } from './read-rich-text.ts';

/** What a form of ours remembers of where it was opened, as the JSON in its `private_metadata`. */
const metadata = z.object({ channel: id, thread: timestamp, team: id, enterprise: maybe(id) });

const submission = z.object({
  view: z.object({
    id,
    callback_id: maybe(text),
    private_metadata: maybe(text),
    state: maybe(z.object({ values: z.record(z.string(), z.record(z.string(), z.unknown())) })),
  }),
});

const input = z.object({ type: maybe(text), value: maybe(text), rich_text_value: maybe(z.unknown()) });

const readMetadata = (json: string | undefined): z.output<typeof metadata> | undefined => {
  try {
    return metadata.safeParse(JSON.parse(json ?? '')).data;
  } catch {
    return undefined;
  }
};

/** The words in a form's inputs, and the block to blame when there are none. */
const readInputs = (
  values: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
): { readonly markdown: string; readonly block: string } => {
  const parts: string[] = [];
  let block = 'text';
  for (const [blockId, actions] of Object.entries(values).slice(0, 20)) {
    for (const value of Object.values(actions).slice(0, 20)) {
      const { data } = input.safeParse(value);
      if (data?.type !== 'plain_text_input' && data?.type !== 'rich_text_input') continue;
      block = blockId;
      const rich = data.rich_text_value;
      // What a colleague types here is Markdown already.
      parts.push(rich ? readBlocks([rich], new Set()).markdown : withoutMentions(cleanText(data.value ?? '')).trim());
    }
  }
  return { markdown: parts.filter((part) => part !== '').join('\n\n'), block };
};

const refuse = (block: string, why: string): HttpAnswer => ({
  status: 200,
  body: JSON.stringify({ response_action: 'errors', errors: { [block]: why } }),
  headers: { 'content-type': 'application/json' },
});

/** A submitted form of the desk: a reply to the customer, or a note that stays inside. */
export const decodeSubmission = (context: Context, from: Interaction, raw: unknown): SlackDecoded => {
  const view = submission.safeParse(raw).data?.view;
  const form = view?.callback_id;
  if (view === undefined) return unknown('a view_submission without its view');
  if (form !== 'reply' && form !== 'note') return nothing('a form that is not ours');
  const place = readMetadata(view.private_metadata);
  if (place === undefined) return nothing('a form that does not say where it belongs');
  const { markdown, block } = readInputs(view.state?.values ?? {});
  if (markdown === '') {
    const why = form === 'reply' ? 'Write what the customer should read.' : 'Write what the team should know.';
    return nothing('a form without words, returned to whoever sent it', { response: refuse(block, why) });
  }
  const { team, enterprise, channel, thread } = place;
  const { enterprise: _, ...surroundings } = context;
  const home: Context = { ...surroundings, team, ...(enterprise === undefined ? {} : { enterprise }) };
  const person = personIn(from);
  const who = standing(
    home,
    { ...person, team: person.team ?? team },
    { channel, thread, isDirect: isDirect(channel) },
  );
  const key = `slack:${team}:view:${view.id}`;
  return {
    events: [
      {
        dedupeKey: key,
        ...who,
        author: { ...who.author, role: 'human' },
        // The thread does not show what was typed into a form.
        unseen: true,
        at: context.receivedAt,
        body: {
          kind: 'message',
          content: { markdown, attachments: [] },
          ...(form === 'note' ? { internal: true } : {}),
        },
        externalId: key,
        attention: 'desk',
      },
    ],
    effects: [],
  };
};
