import type { DeskAction } from '#core/escalation.ts';
import type { Attachment, Author, InboundEvent } from '#core/message.ts';

/** What a customer did on the page: words, files, or a button. Ids of clients count within their session only. */
export const decodeChat = (
  session: string,
  input: {
    readonly id: string;
    readonly text: string;
    readonly attachments: readonly Attachment[];
    readonly action?: string;
  },
  at: Date,
): InboundEvent => ({
  dedupeKey: `web:${session}:${input.id}`,
  externalId: `web:${session}:${input.id}`,
  address: { channel: 'web', space: 'chat', thread: session },
  author: { role: 'customer', externalId: session },
  identity: { level: 'anonymous' },
  at,
  body:
    input.action === undefined
      ? { kind: 'message', content: { markdown: input.text, attachments: input.attachments } }
      : { kind: 'action', action: input.action, value: input.text },
});

/** A vote on one of our messages. The newest vote of a session counts. */
export const decodeFeedback = (
  session: string,
  input: { readonly messageId: string; readonly score: -1 | 1 },
  at: Date,
): InboundEvent => ({
  dedupeKey: `web:${session}:vote:${input.messageId}:${at.getTime()}`,
  address: { channel: 'web', space: 'chat', thread: session },
  author: { role: 'customer', externalId: session },
  at,
  body: { kind: 'feedback', score: input.score, of: input.messageId },
});

/** Somebody of the support team, as signing in to the console makes them. */
const agentOf = (name: string): Pick<Author, 'externalId' | 'name'> => ({ externalId: `agent:${name}`, name });

/** What a person did in the console, as an event of the desk's thread. `to`: the name of the colleague who is to have it. */
export const decodeDesk = (
  escalation: string,
  agent: string,
  input: {
    readonly id: string;
    readonly action: DeskAction;
    readonly markdown: string;
    readonly attachments: readonly Attachment[];
    readonly to?: string;
  },
  at: Date,
): InboundEvent => {
  const content = { markdown: input.markdown, attachments: input.attachments };
  return {
    dedupeKey: `desk:${escalation}:${input.id}`,
    externalId: input.id,
    address: { channel: 'web', space: 'desk', thread: escalation },
    author: { role: 'human', ...agentOf(agent) },
    identity: { level: 'verified', evidence: 'console sign-in' },
    at,
    body:
      input.action === 'reply'
        ? { kind: 'message', content }
        : input.action === 'note'
          ? { kind: 'message', content, internal: true }
          : {
              kind: 'action',
              action: input.action,
              value: '',
              ...(input.to === undefined ? {} : { person: agentOf(input.to) }),
            },
  };
};
