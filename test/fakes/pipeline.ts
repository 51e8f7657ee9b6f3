import type { ChannelAdapter } from '#core/channel.ts';
import type { Card } from '#core/escalation.ts';
import type { Claim, Commit, DispatchResult, InboxEntry, Ledger } from '#core/ledger.ts';
import type { ConversationId, EscalationId, InboundEvent, MessageId, Outbound } from '#core/message.ts';
import type { Pending } from '#core/turn.ts';
import type { Meter, PipelineDeps } from '#src/pipeline/ports.ts';
import { createLocalFanout } from '#src/store/fanout.ts';
import { recordingLog } from '../recording-log.ts';

/** What the pipeline needs beside the ledger, in memory; `counted` and `log.lines` are for a test to look at. */
export const fakePipeline = (...adapters: readonly ChannelAdapter[]) => {
  const counted: (readonly [name: string, value: unknown])[] = [];
  const count = (name: string) => (value: unknown) => void counted.push([name, value]);
  const meter: Meter = {
    inbound: count('inbound'),
    feedback: count('feedback'),
    turn: count('turn'),
    session: count('session'),
    send: count('send'),
    delivered: count('delivered'),
    deadLetter: count('deadLetter'),
    escalation: count('escalation'),
  };
  const blobs = new Map<string, Uint8Array>();
  return {
    counted,
    kept: blobs,
    adapters: new Map(adapters.map((adapter) => [adapter.id, adapter])),
    blobs: {
      put: async (ref: string, bytes: Uint8Array) => void blobs.set(ref, bytes),
      get: async (ref: string) => blobs.get(ref),
    },
    fanout: createLocalFanout(),
    log: recordingLog(),
    meter,
    tracer: {
      span: (_name, _attributes, run) => run(),
      inject: () => undefined,
      continueFrom: (_traceparent, run) => run(),
    },
  } satisfies PipelineDeps & Record<string, unknown>;
};

type Finished = { readonly conversation: ConversationId; readonly results: readonly DispatchResult[] };

/** A ledger that keeps what it is told and answers at once; give `behaviour` to make it answer otherwise. */
export const fakeLedger = (behaviour: Partial<Ledger> = {}) => {
  const commits: Commit[] = [];
  const finished: Finished[] = [];
  const accepted: InboxEntry[] = [];
  const quarantined: Parameters<Ledger['quarantine']>[0][] = [];
  let seq = 0;
  const ledger: Ledger = {
    accept: async (entries) =>
      entries.map((entry) => {
        accepted.push(entry);
        seq += 1;
        return { kind: 'accepted', conversationId: '1' as ConversationId, messageId: `${seq}` as MessageId, seq };
      }),
    claimReading: async () => [],
    renewReading: async () => new Map(),
    keepStream: async () => undefined,
    releaseReading: async () => undefined,
    commit: async (commit) => {
      commits.push(commit);
      return {
        messages: commit.messages.map((_message, index) => `9${index}` as MessageId),
        deliveries: [],
        ...(commit.escalation === undefined ? {} : { escalationId: '1' as EscalationId }),
      };
    },
    commitTaking: (commit) => ledger.commit(commit),
    beginShowing: async () => true,
    holdDelivering: async () => 'bot',
    claimDelivering: async () => [],
    renewDelivering: async (ids) => new Map(ids.map((id) => [id, 'bot' as const])),
    finishDelivering: async (deliveries) => void finished.push(...deliveries),
    depth: async () => ({ reading: 0, delivering: 0 }),
    isSettled: async () => false,
    loadContext: async () => ({ window: [], memories: [], answersInEpoch: 0 }),
    quarantine: async (item) => void quarantined.push(item),
    ...behaviour,
  };
  return { ...ledger, commits, finished, accepted, quarantined };
};

let count = 0;
/** A customer's event as it waits in the inbox. */
export const unread = (
  body: InboundEvent['body'],
  more: Partial<InboundEvent> = {},
  seq?: number,
): Pending & { readonly acceptedAt: Date } => {
  count += 1;
  return {
    seq: seq ?? count,
    ...(body.kind === 'message' ? { messageId: `m${count}` as MessageId } : {}),
    acceptedAt: new Date('2026-01-05T10:00:00Z'),
    event: {
      dedupeKey: `k${count}`,
      externalId: `x${count}`,
      address: { channel: 'web', space: 'chat', thread: 's1' },
      author: { role: 'customer', externalId: 's1' },
      at: new Date('2026-01-05T10:00:00Z'),
      body,
      ...more,
    },
  };
};

/** Words of a customer. */
export const says = (markdown: string, more: Partial<InboundEvent> = {}) =>
  unread({ kind: 'message', content: { markdown, attachments: [] } }, more);

/** A customer's conversation under our lease, with `pending` unread. */
export const aClaim = (
  pending: Claim['pending'],
  {
    conversation,
    ...more
  }: Partial<Omit<Claim, 'conversation' | 'pending'>> & { readonly conversation?: Partial<Claim['conversation']> } = {},
): Claim => ({
  conversation: {
    id: '1' as ConversationId,
    kind: 'customer',
    address: { channel: 'web', space: 'chat', thread: 's1' },
    customer: { role: 'customer', externalId: 's1' },
    status: 'bot',
    locale: 'en',
    title: '',
    priority: 'normal',
    epoch: 0,
    version: 3,
    ...conversation,
  },
  identity: 'anonymous',
  pending,
  consumed: 0,
  attempts: 0,
  receiptHash: '',
  ...more,
});

/** The desk's side of `aClaim`'s conversation. */
export const theDesk: Claim['conversation'] = {
  ...aClaim([]).conversation,
  id: '2' as ConversationId,
  kind: 'desk',
  address: { channel: 'web', space: 'desk', thread: '7' },
  customer: { role: 'customer', externalId: 'desk' },
  version: 0,
};

export const theCase: NonNullable<Claim['escalation']> = {
  id: '7' as EscalationId,
  code: '7F3K',
  conversationId: '1' as ConversationId,
  deskConversationId: '2' as ConversationId,
  reason: 'asked-for-human',
  brief: { question: 'Where is it?', why: 'asked', tried: [] },
  desk: theDesk.address,
  status: 'open',
  openedAt: new Date('2026-01-05T10:00:00Z'),
  epoch: 0,
};

/** The card of `theCase`. */
export const theCard: Card = {
  code: theCase.code,
  title: 'Where is it?',
  customer: 'Ada',
  channel: 'web',
  waitingSince: '2026-01-05T10:00:00.000Z',
  why: 'asked',
  tried: [],
  transcript: [],
  status: 'open',
  actions: [],
};

/** A message on its way out. */
export const anOutbound = (id: string, more: Partial<Outbound> = {}): Outbound => ({
  id,
  conversationId: '1' as ConversationId,
  messageId: `m${id}` as MessageId,
  address: { channel: 'slack', space: 'C1', thread: 't1' },
  author: { role: 'bot', externalId: 'frontdesk' },
  content: { markdown: `text ${id}`, attachments: [] },
  meta: {},
  actions: [],
  ...more,
});

/** A platform in memory that does as `behaviour` says. */
export const anAdapter = (behaviour: Partial<ChannelAdapter> = {}): ChannelAdapter => ({
  id: 'slack',
  capabilities: {
    maxChars: 4_000,
    actions: true,
    attachments: true,
    streaming: false,
    edits: true,
    threads: true,
    showsRows: behaviour.id === 'web',
    settleMs: 0,
  },
  receive: async () => ({ events: [], response: { status: 200, body: '' } }),
  send: async (message) => ({ ok: true, externalId: `sent:${message.id}`, address: message.address }),
  ...behaviour,
});
