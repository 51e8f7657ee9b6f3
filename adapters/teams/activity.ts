import { z } from 'zod';
import { cleanLine } from '../shared/clean.ts';
import { id, list, maybe, text } from './fields.ts';

const account = z.object({
  id,
  name: maybe(text),
  /** The object id of a person in Entra; missing for bots and anonymous guests. */
  aadObjectId: maybe(id),
  role: maybe(text),
  tenantId: maybe(id),
});

const named = z.object({ id: maybe(id), name: maybe(text) });

/** What Teams adds: https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/subscribe-to-conversation-events */
const channelData = z.object({
  eventType: maybe(text),
  tenant: maybe(named),
  team: maybe(named),
  channel: maybe(named),
  // Older clients say the same twice.
  teamsChannelId: maybe(id),
  teamsTeamId: maybe(id),
});

const attachment = z.object({
  contentType: maybe(text),
  contentUrl: maybe(text),
  content: z.unknown().optional(),
  name: maybe(text),
});
export type ActivityAttachment = z.output<typeof attachment>;

const schema = z.object({
  type: z.string().min(1).max(100),
  id: maybe(id),
  channelId: maybe(text),
  serviceUrl: maybe(id),
  timestamp: maybe(text),
  from: maybe(account),
  recipient: maybe(account),
  conversation: maybe(
    z.object({
      id,
      conversationType: maybe(text),
      isGroup: maybe(z.boolean()),
      tenantId: maybe(id),
      name: maybe(text),
    }),
  ),
  channelData: maybe(channelData),
  replyToId: maybe(id),
  text: maybe(text),
  textFormat: maybe(text),
  attachments: maybe(list),
  entities: maybe(list),
  membersAdded: maybe(list),
  membersRemoved: maybe(list),
  reactionsAdded: maybe(list),
  reactionsRemoved: maybe(list),
  action: maybe(text),
  name: maybe(text),
  value: z.unknown().optional(),
});

/**
 * A Bot Framework activity as far as we read it (https://github.com/microsoft/Agents/blob/main/specs/activity/protocol-activity.md).
 * Everything but its type may be missing; what is of another kind than expected counts as missing.
 */
export type Activity = z.output<typeof schema>;

type ParsedActivity =
  | { readonly ok: true; readonly activity: Activity }
  | { readonly ok: false; readonly reason: string };

/** An activity, or why it is none. Never throws. */
export const parseActivity = (value: unknown): ParsedActivity => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { ok: false, reason: 'no object' };
  const { data } = schema.safeParse(value);
  return data === undefined ? { ok: false, reason: 'it says no type' } : { ok: true, activity: data };
};

/** The attachments that have the shape of one. */
export const attachmentsOf = ({ attachments }: Activity): readonly ActivityAttachment[] =>
  (attachments ?? []).slice(0, maxAttachments).flatMap((entry) => attachment.safeParse(entry).data ?? []);
const maxAttachments = 50;

/** Those of a list of members that have the shape of one. */
export const accountsIn = (entries: readonly unknown[] | undefined): readonly z.output<typeof account>[] =>
  (entries ?? []).slice(0, 1_000).flatMap((entry) => account.safeParse(entry).data ?? []);

/** A word of the payload, fit for a log line. */
export const wordOf = (value: string | undefined): string => cleanLine(value ?? '', 60);
