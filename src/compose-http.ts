/** Joins rows and pipeline to what the HTTP server asks for: the translation between what is stored and what travels. */
import { randomUUID } from 'node:crypto';
import { decodeChat, decodeDesk, decodeFeedback } from '#adapters/web/decode.ts';
import type { Fanout } from '#core/channel.ts';
import { AppError } from '#core/errors.ts';
import type { AcceptedEvent } from '#core/ledger.ts';
import type { ConversationId, InboundEvent, MessageId } from '#core/message.ts';
import { plainLine } from '#core/plain-line.ts';
import { mostUrgent, type SlaPolicy, slaOf } from '#core/sla.ts';
import type { Config } from './config.ts';
import {
  type Accepted,
  type ChatStore,
  type DeskStore,
  type HttpSettings,
  type Intake,
  sessionTopic,
  type WebSession,
} from './http/ports.ts';
import type { EscalationSummary, MessageWire, StateWire } from './http/wire.ts';
import type { Accept } from './pipeline/accept.ts';
import { toCaseEvents } from './store/cases.ts';
import type { ChatRows, PageMessage } from './store/chat.ts';
import type { DeskRow, DeskRows } from './store/desk.ts';

/** A file that its platform did not give us has no address of ours: it is named. */
const withFiles = ({ markdown, attachments }: PageMessage): Pick<MessageWire, 'markdown' | 'attachments'> => {
  const [ours, lost] = [attachments.filter(isStored), attachments.filter((file) => !isStored(file))];
  const names = lost.map(({ name }) => `\`${name.replaceAll('`', "'")}\``).join(', ');
  return {
    markdown: lost.length === 0 ? markdown : `${markdown}\n\nNot available: ${names}`.trim(),
    attachments: ours.map((attachment) => ({ ...attachment })),
  };
};
const isStored = ({ ref }: PageMessage['attachments'][number]): boolean => ref.startsWith('sha256:');

const toWire = (message: PageMessage, internal: boolean): MessageWire => ({
  id: message.id,
  author: { role: message.role, ...(message.authorName === null ? {} : { name: message.authorName }) },
  ...withFiles(message),
  citations: (message.meta.citations ?? []).map((citation) => ({ ...citation })),
  kind: message.meta.kind ?? 'message',
  ...(message.meta.asks === undefined ? {} : { asks: message.meta.asks }),
  ...(message.meta.confidence === undefined ? {} : { confidence: message.meta.confidence }),
  actions: (message.meta.actions ?? []).map((action) => ({ ...action })),
  at: new Date(message.at).toISOString(),
  visibility: message.visibility,
  ...(internal && message.delivery !== null
    ? {
        delivery: {
          state: message.delivery.state,
          ...(message.delivery.error === null ? {} : { error: message.delivery.error }),
        },
      }
    : {}),
  ...(internal && message.votes !== null ? { votes: message.votes } : {}),
});

const toState = ({
  status,
  owner,
}: {
  readonly status: StateWire['status'];
  readonly owner: string | null;
}): StateWire => ({
  status,
  ...(owner === null ? {} : { owner }),
});

const toSummary = (row: DeskRow, policy: SlaPolicy, now: Date): EscalationSummary => ({
  ...urgencyOf(row, policy, now),
  id: row.id,
  code: row.code,
  status: row.status,
  reason: row.reason,
  question: plainLine(row.brief.question),
  why: row.brief.why,
  channel: row.channel,
  customer: {
    externalId: row.customerId,
    identity: row.identity ?? 'anonymous',
    ...(row.customerName === null ? {} : { name: row.customerName }),
    ...(row.organization === null ? {} : { organization: row.organization }),
  },
  priority: row.priority,
  ...(row.claimedBy === null ? {} : { claimedBy: row.claimedBy }),
  openedAt: new Date(row.openedAt).toISOString(),
  ...(row.waitingSince === null ? {} : { waitingSince: new Date(row.waitingSince).toISOString() }),
});

/** The promise that runs out first, or ran out longest ago. */
const urgencyOf = (row: DeskRow, policy: SlaPolicy, now: Date): Pick<EscalationSummary, 'sla'> => {
  const urgent = row.status === 'resolved' ? undefined : mostUrgent(slaOf(toCaseEvents(row.events), policy, now));
  return urgent === undefined ? {} : { sla: { ...urgent, dueAt: urgent.dueAt.toISOString() } };
};

const uploadOwner = (session: WebSession): string => `web:${session.id}`;

export const createChatStore = (rows: ChatRows): ChatStore => ({
  createSession: rows.createSession,
  authenticate: rows.authenticate,
  state: async (id) => toState(await rows.state(id)),
  async history(id, { before, after, limit }) {
    if (after !== undefined) {
      const items = await rows.since({ id, after: after as MessageId, limit });
      return { items: items.map((item) => toWire(item, false)) };
    }
    const page = await rows.history(id, { limit, ...(before === undefined ? {} : { before: before as MessageId }) });
    const first = page.items[0];
    return {
      items: page.items.map((item) => toWire(item, false)),
      ...(page.more && first !== undefined ? { before: first.id } : {}),
    };
  },
  ownsAttachment: (session, ref) =>
    rows.ownsAttachment(
      {
        upload: uploadOwner(session),
        ...(session.conversationId === undefined ? {} : { conversationId: session.conversationId }),
      },
      ref,
    ),
  recordUpload: (session, attachment) => rows.recordUpload(uploadOwner(session), attachment),
});

export const createDeskStore = (desk: DeskRows, chat: ChatRows, policy: SlaPolicy, now: () => Date): DeskStore => ({
  async list({ status, before, limit }) {
    const [{ items, more }, counts] = await Promise.all([
      desk.list({ status, limit, ...(before === undefined ? {} : { before }) }),
      desk.counts(),
    ]);
    const last = items.at(-1);
    return {
      items: items.map((item) => toSummary(item, policy, now())),
      counts,
      ...(more && last !== undefined ? { before: last.id } : {}),
    };
  },
  async get(id) {
    const row = await desk.get(id);
    if (row === undefined) return undefined;
    const { items } = await chat.history(row.conversationId, { limit: 200, internal: true });
    return {
      ...toSummary(row, policy, now()),
      ...(row.satisfaction === null ? {} : { satisfaction: row.satisfaction }),
      ...(row.article === null ? {} : { article: { ...row.article, decidedBy: row.article.decidedBy ?? undefined } }),
      tried: row.brief.tried.map((citation) => ({ ...citation })),
      ...(row.brief.suggestedReply === undefined ? {} : { suggestedReply: row.brief.suggestedReply }),
      conversation: toState({ status: row.conversationStatus, owner: row.owner }),
      messages: items.map((item) => toWire(item, true)),
    };
  },
  refusal: desk.refusal,
  async ownsAttachment(id, ref) {
    const row = await desk.get(id);
    return (
      row !== undefined &&
      (await chat.ownsAttachment(
        { upload: `web:${row.customerId}`, conversationId: row.conversationId, internal: true },
        ref,
      ))
    );
  },
});

export const createIntake = (
  accept: Accept,
  desk: DeskRows,
  settled: Intake['settled'],
  fanout: Fanout,
  now: () => Date,
): Intake => {
  const take = async (event: InboundEvent): Promise<Accepted> => {
    const [accepted] = await accept('web', { events: [event] });
    if (accepted === undefined)
      throw new AppError('bad-request', 'This message could not be stored. Change it and try again.');
    return toAccepted(accepted);
  };
  return {
    async chat(session, input) {
      const accepted = await take(decodeChat(session.id, input, now()));
      if (session.conversationId === undefined && accepted.conversationId !== undefined) {
        fanout.publish(sessionTopic(session.id), { conversationId: accepted.conversationId });
      }
      return accepted;
    },
    feedback: (session, input) => take(decodeFeedback(session.id, input, now())),
    async desk(escalationId, agent, input) {
      if ((await desk.get(escalationId)) === undefined) return 'unknown';
      return take(decodeDesk(escalationId, agent, { ...input, id: input.id === '' ? randomUUID() : input.id }, now()));
    },
    settled,
  };
};

const toAccepted = (event: AcceptedEvent): Accepted =>
  event.kind === 'accepted'
    ? {
        kind: 'accepted',
        conversationId: event.conversationId as ConversationId,
        seq: event.seq,
        ...(event.messageId == null ? {} : { messageId: event.messageId }),
      }
    : {
        kind: 'duplicate',
        seq: event.seq,
        ...(event.conversationId == null ? {} : { conversationId: event.conversationId }),
        ...(event.messageId == null ? {} : { messageId: event.messageId }),
      };

/** The settings that the HTTP server asks for. */
export const httpSettings = ({ server, work, uploads }: Config): HttpSettings => ({
  host: server.host,
  port: server.port,
  publicUrl: server.publicUrl,
  profile: server.profile,
  corsOrigins: server.corsOrigins,
  trustProxy: server.trustProxy,
  rateLimits: {
    perSession: work.rateLimitPerMinute,
    perAddress: work.rateLimitPerMinute * 5,
    newSessionsPerAddress: work.rateLimitPerMinute,
  },
  uploads: { maxBytes: uploads.maxMegabytes * 1_000_000, types: uploads.types },
  secrets: server.secrets,
  ...(server.consoleToken === undefined ? {} : { consoleToken: server.consoleToken }),
});
