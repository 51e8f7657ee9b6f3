import { z } from 'zod';
import type { Decoded } from '#core/channel.ts';
import type { InboundEvent, Json } from '#core/message.ts';
import { cleanLine } from '../shared/clean.ts';
import type { SlackConfig } from './config.ts';
import { nothing, type SlackDecoded, type SlackFacts, unknown } from './context.ts';
import { decodeCommand } from './decode-command.ts';
import { decodeEvent } from './decode-event.ts';
import { contextOfInteraction, decodeActions, interaction } from './decode-interaction.ts';
import { decodeSubmission } from './decode-view.ts';
import { maybe } from './fields.ts';
import { parsePayload, unwrap } from './payload.ts';

export type { SlackDecoded, SlackFacts } from './context.ts';

const anyBody = z.looseObject({ type: maybe(z.string()) });

const decodeInteraction = (type: string, body: unknown, facts: SlackFacts): SlackDecoded => {
  const { data: from } = interaction.safeParse(body);
  if (from === undefined) return unknown(`${type} without its user`);
  const context = contextOfInteraction(from, facts);
  if (context === undefined) return unknown(`${type} without its workspace`);
  const decoded = type === 'block_actions' ? decodeActions(context, from, body) : decodeSubmission(context, from, body);
  const { team, enterprise } = context;
  return { ...decoded, team, ...(enterprise === undefined ? {} : { enterprise }) };
};

const decodeBody = (given: unknown, facts: SlackFacts): SlackDecoded => {
  const { data: body } = anyBody.safeParse(unwrap(given));
  if (body === undefined) return unknown('no object');
  switch (body.type) {
    case 'event_callback':
      return decodeEvent(body, facts);
    case 'block_actions':
    case 'view_submission':
      return decodeInteraction(body.type, body, facts);
    case 'view_closed':
      return nothing('a form was closed without sending it');
    case 'url_verification':
      return typeof body.challenge === 'string'
        ? nothing('Slack checks our address; its challenge is returned', {
            response: { status: 200, body: body.challenge, headers: { 'content-type': 'text/plain; charset=utf-8' } },
          })
        : unknown('a url_verification without its challenge');
    case 'app_rate_limited':
      return nothing('Slack holds events back: the workspace sent more than 30,000 in an hour');
    case 'hello':
    case 'disconnect':
      return nothing(`a Socket Mode connection says ${body.type}`);
    case undefined:
      break;
    default:
      return unknown(`the type ${cleanLine(body.type, 60)}`);
  }
  if (body.ssl_check !== undefined)
    return nothing('Slack checks our certificate', { response: { status: 200, body: '' } });
  return 'command' in body ? decodeCommand(body) : unknown('it says no type');
};

/** What `frontdesk inspect` adds to the common fields. */
const inspectOf = ({
  attention,
  toOthers,
  identity,
  body,
  joinsWithinMs,
}: InboundEvent): { readonly [key: string]: Json } => ({
  ...(attention === undefined ? {} : { attention }),
  ...(toOthers === true ? { toOthers } : {}),
  ...(joinsWithinMs === undefined ? {} : { joinsWithinMs }),
  ...(identity?.organization === undefined ? {} : { organization: identity.organization }),
  ...('of' in body && body.of !== undefined ? { of: body.of } : {}),
  ...(body.kind === 'action' ? { action: body.action, value: body.value } : {}),
  ...(body.kind === 'feedback' ? { score: body.score } : {}),
  ...('internal' in body && body.internal === true ? { internal: true } : {}),
  ...('content' in body && body.content.attachments.length > 0
    ? { attachments: body.content.attachments.map(({ name, mime, bytes, ref }) => ({ name, mime, bytes, ref })) }
    : {}),
});

/**
 * One payload of Slack as events: the Events API, interactivity, slash commands, over HTTP or Socket Mode (with or without
 * its envelope). Pure, and never throws, whatever the value; when nothing comes of it, `unsupported` says why.
 */
export const decodeSlack = (body: unknown, facts: SlackFacts): SlackDecoded => {
  const decoded = decodeBody(body, facts);
  return { ...decoded, events: decoded.events.map((event) => ({ ...event, inspect: inspectOf(event) })) };
};

/** Translation alone, for `frontdesk inspect`: the bytes of a request, no signature, whatever of the settings is known. */
export const inspectSlack = async (payload: Uint8Array, config?: Partial<SlackConfig>): Promise<Decoded> => {
  const parsed = parsePayload(payload);
  if (!parsed.ok) return { events: [], unsupported: parsed.reason };
  const facts: SlackFacts = { receivedAt: new Date(), ...(config === undefined ? {} : { config }) };
  const { events, unsupported } = decodeSlack(parsed.body, facts);
  return { events, ...(unsupported === undefined ? {} : { unsupported }) };
};
