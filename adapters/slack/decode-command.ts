import { z } from 'zod';
import { cleanLine } from '../shared/clean.ts';
import { nothing, type SlackDecoded, unknown } from './context.ts';
import { id, maybe, text } from './fields.ts';

/** Fields of a slash command: https://docs.slack.dev/interactivity/implementing-slash-commands */
const command = z.object({
  command: text,
  text: maybe(text),
  user_id: id,
  channel_id: maybe(id),
  team_id: maybe(id),
  enterprise_id: maybe(id),
});

const helpText = (name: string): string =>
  [
    'I answer questions from our documentation and bring in a colleague when you need one. Mention me in a channel, or write to me directly; in a thread that I take part in, just go on writing.',
    `• \`${name} status\`: how your latest question stands`,
    `• \`${name} help\`: this text`,
  ].join('\n');

/** `/frontdesk status|help`, answered in the same response to whoever asked and to nobody else. */
export const decodeCommand = (body: unknown): SlackDecoded => {
  const { data } = command.safeParse(body);
  if (data === undefined) return unknown('a command without its user');
  const { team_id: team, enterprise_id: enterprise, channel_id: space, user_id: user } = data;
  const about = {
    ...(team === undefined ? {} : { team }),
    ...(enterprise === undefined ? {} : { enterprise }),
  };
  const asked = cleanLine(data.text ?? '').toLowerCase();
  if (asked === 'status' && space !== undefined && team !== undefined)
    return nothing('a command, answered at once', {
      ...about,
      response: { statusOf: { channel: 'slack', space, externalId: `${team}:${user}` } },
    });
  const name = /^\/[\w-]{1,40}$/.test(data.command) ? data.command : '/frontdesk';
  return nothing('a command, answered at once', {
    ...about,
    response: {
      status: 200,
      body: JSON.stringify({ response_type: 'ephemeral', text: helpText(name) }),
      headers: { 'content-type': 'application/json' },
    },
  });
};
