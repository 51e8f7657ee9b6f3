import { z } from 'zod';
import type { InboundBody, InboundEvent } from '#core/message.ts';
import { cleanLine, cleanText } from '../shared/clean.ts';
import { type Effect, messageId } from './api.ts';
import {
  type Context,
  elsewhere,
  isDirect,
  isElsewhere,
  nothing,
  type SlackDecoded,
  type SlackFacts,
  standing,
  unknown,
} from './context.ts';
import { dateOf, id, list, maybe, text, timestamp } from './fields.ts';
import { withoutMentions } from './mrkdwn.ts';

const ofWorkspace = z.object({ id: maybe(id), enterprise_id: maybe(id) });

/** What every interaction payload has: https://docs.slack.dev/reference/interaction-payloads */
export const interaction = z.object({
  api_app_id: maybe(id),
  team: maybe(ofWorkspace),
  enterprise: maybe(ofWorkspace),
  user: z.object({ id, team_id: maybe(id), name: maybe(text), username: maybe(text) }),
  view: maybe(z.object({ team_id: maybe(id), app_installed_team_id: maybe(id) })),
});
export type Interaction = z.output<typeof interaction>;

/** Where an interaction came from. `undefined`: it names no workspace at all. */
export const contextOfInteraction = (body: Interaction, facts: SlackFacts): Context | undefined => {
  // With an organisation-wide installation `team` is null.
  const enterprise = body.enterprise?.id ?? body.team?.enterprise_id;
  const team =
    body.view?.app_installed_team_id ?? body.team?.id ?? body.view?.team_id ?? body.user.team_id ?? enterprise;
  if (team === undefined) return undefined;
  return {
    config: facts.config ?? {},
    receivedAt: facts.receivedAt,
    us: new Set(facts.botUserId === undefined ? [] : [facts.botUserId]),
    team,
    ...(enterprise === undefined ? {} : { enterprise }),
    keyTeam: team,
    isShared: false,
  };
};

export const personIn = ({ user, team }: Interaction) => ({
  user: user.id,
  team: user.team_id ?? team?.id,
  name: user.name || user.username,
});

const blockActions = z.object({
  channel: maybe(z.object({ id: maybe(id) })),
  container: maybe(z.object({ channel_id: maybe(id), message_ts: maybe(timestamp), thread_ts: maybe(timestamp) })),
  message: maybe(z.object({ ts: maybe(timestamp), thread_ts: maybe(timestamp) })),
  trigger_id: maybe(text),
  actions: list,
});

const pressed = z.object({
  type: maybe(text),
  action_id: z.string().min(1).max(255),
  value: maybe(text),
  url: maybe(text),
  action_ts: maybe(timestamp),
  selected_option: maybe(z.object({ value: maybe(text) })),
});
type Pressed = z.output<typeof pressed>;

const deskActions = new Set(['claim', 'resolve', 'return', 'reassign', 'reopen', 'publish', 'dismiss', 'restore']);
const scores: Readonly<Record<string, 1 | -1>> = { positive: 1, '1': 1, up: 1, negative: -1, '-1': -1, down: -1 };
const maxActions = 20;
const maxValueChars = 2_000;

/** What a menu's chosen entry or a button stands for. */
const nameOf = ({ type, action_id, selected_option }: Pressed): string =>
  type === 'overflow' || type === 'static_select' ? (selected_option?.value ?? action_id) : action_id;

/** What pressing it means in the core's terms; `undefined`: none of our buttons. */
const bodyOf = (action: Pressed, name: string, message: string): InboundBody | undefined => {
  const value = withoutMentions(cleanText((action.value ?? '').slice(0, maxValueChars)));
  if (name === 'human') return { kind: 'action', action: 'human', value: '' };
  if (deskActions.has(name)) return { kind: 'action', action: name, value };
  const score = name === 'feedback' && Object.hasOwn(scores, value) ? scores[value] : undefined;
  return score === undefined ? undefined : { kind: 'feedback', score, of: message };
};

/** Pressed buttons: those under answers (`human`, `feedback`) and those of the desk's cards. */
export const decodeActions = (context: Context, from: Interaction, raw: unknown): SlackDecoded => {
  const { data } = blockActions.safeParse(raw);
  const channel = data?.channel?.id ?? data?.container?.channel_id;
  const ts = data?.message?.ts ?? data?.container?.message_ts;
  if (data === undefined) return unknown('block_actions without actions');
  if (channel === undefined || ts === undefined) return nothing('a button that is under no message');
  const thread = data.message?.thread_ts ?? data.container?.thread_ts ?? ts;
  const person = personIn(from);
  const place = { channel, thread, isDirect: isDirect(channel) };
  const events: InboundEvent[] = [];
  const effects: Effect[] = [];
  const reasons: string[] = [];

  for (const entry of data.actions.slice(0, maxActions)) {
    const { data: action } = pressed.safeParse(entry);
    if (action === undefined) {
      reasons.push('an action without its id');
      continue;
    }
    const name = nameOf(action);
    if (action.url !== undefined && action.url !== '') {
      reasons.push('a link was opened');
    } else if ((name === 'reply' || name === 'note') && data.trigger_id !== undefined) {
      const suggestion = cleanText(action.value ?? '').trim();
      effects.push({
        kind: 'open-form',
        form: name,
        team: context.team,
        ...(context.enterprise === undefined ? {} : { enterprise: context.enterprise }),
        triggerId: data.trigger_id,
        channel,
        thread,
        ...(suggestion === '' || name === 'note' ? {} : { suggestion }),
      });
      reasons.push('a form to write in is opened');
    } else {
      const body = bodyOf(action, name, messageId(channel, ts));
      if (body === undefined) {
        reasons.push(`an action that is not ours: ${cleanLine(name, 60)}`);
        continue;
      }
      const isDesk = body.kind === 'action' && body.action !== 'human';
      if (!isDesk && isElsewhere(context, channel)) return elsewhere();
      const who = standing(context, person, place);
      const key = `slack:${context.keyTeam}:${channel}:${ts}:${cleanLine(name)}:${person.user}:${action.action_ts ?? ''}`;
      events.push({
        dedupeKey: key,
        ...who,
        ...(isDesk ? { author: { ...who.author, role: 'human' } } : {}),
        // One vote for each person, by button or by reaction; the latter does not say from which workspace.
        ...(body.kind === 'feedback' ? { author: { ...who.author, externalId: person.user } } : {}),
        at: action.action_ts === undefined ? context.receivedAt : dateOf(action.action_ts),
        body,
        externalId: key,
        attention: isDesk ? 'desk' : body.kind === 'feedback' ? 'overheard' : 'addressed',
      });
    }
  }
  if (data.actions.length === 0) reasons.push('block_actions without actions');
  return { events, effects, ...(reasons.length === 0 ? {} : { unsupported: [...new Set(reasons)].join('; ') }) };
};
