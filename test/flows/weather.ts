/** What a channel under everything is made of: chance, workers that die, a platform that fails, and what the world saw. */
import { setTimeout as pause } from 'node:timers/promises';
import type { ChannelAdapter } from '#core/channel.ts';
import type { ConversationId, InboundEvent, Outbound } from '#core/message.ts';
import type { Turn, TurnOutcome } from '#core/turn.ts';
import { whetherToSpeak } from '#src/pipeline/steps/attend.ts';
import type { Database } from '#src/store/database.ts';
import { echo, type Room } from '#test/spine.ts';

/** A small generator of numbers from 0 to 1 (xorshift), the same for the same seed. */
export const randomOf = (seed: number): (() => number) => {
  let state = (seed * 2_654_435_761) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
};

/** A database that stops answering this one worker: no statement begins any more, and no answer comes back. */
export const cuttable = (database: Database) => {
  let isCut = false;
  /** Something was done whose answer never came. */
  let isUnsure = false;
  const refuse = <T>(value: T): T => {
    if (isCut) throw new Error('This process was killed.');
    return value;
  };
  const db = database.db.withPlugin({
    transformQuery: ({ node }) => refuse(node),
    transformResult: async ({ result }) => {
      isUnsure ||= isCut;
      return refuse(result);
    },
  });
  const cut = (): void => {
    isCut = true;
  };
  return { database: { ...database, db }, cut, isCut: () => isCut, isUnsure: () => isUnsure };
};

/** What the world saw of one run. */
export interface Seen {
  /** Whether whoever showed a part last died in the middle of something. */
  readonly shownBy: Map<string, () => boolean>;
  /** When attempts to send something of the bot, and to show partial text, began, in milliseconds of the epoch. */
  readonly begun: { readonly conversation: ConversationId; readonly at: number }[];
  /** Partial messages whose worker died before it could tell anybody. */
  readonly orphans: Set<string>;
  /** Everything that the model was asked. */
  readonly asked: string[];
  /** What was taken in, each once. */
  readonly accepted: InboundEvent[];
  /** Whose thread it is. */
  readonly threads: Map<string, string>;
  /** Customers' messages with the marks of each version of their text, and the key of the newest. */
  readonly words: { readonly event: InboundEvent; readonly tokens: string[]; key: string; isDeleted: boolean }[];
  readonly replies: { readonly token: string; readonly event: InboundEvent; isChanged: boolean }[];
  limited: boolean;
}

export const newSeen = (): Seen => ({
  begun: [],
  orphans: new Set(),
  shownBy: new Map(),
  asked: [],
  accepted: [],
  threads: new Map(),
  words: [],
  replies: [],
  limited: false,
});

/** Answers with an echo after a while, part by part; fails now and then, and hands over whoever asks for a person. */
export const decider =
  (random: () => number, record: Seen) =>
  async (turn: Turn): Promise<TurnOutcome> => {
    record.asked.push(turn.question);
    const { speaks, reason } = whetherToSpeak(turn);
    const streams = random() < 0.6;
    for (let part = 0; part < 3; part += 1) {
      if (streams && (speaks || random() < 0.1)) turn.progress({ text: 're: …' });
      await pause(random() * 50);
    }
    if (!speaks) return { kind: 'silent', why: reason };
    if (random() < 0.04) throw new Error('The model failed.');
    if (!turn.question.includes('person')) return echo(turn);
    const brief = { question: turn.question, why: 'asked', tried: [] };
    const holding = { markdown: 'holding', attachments: [] };
    return { kind: 'escalate', reason: 'asked-for-human', confidence: 1, brief, holding };
  };

/** What it says itself; that somebody has joined, or has the case, is not withdrawn by a claim. */
const isOfTheBot = ({ author, meta, content }: Outbound): boolean =>
  author.role === 'bot' &&
  (meta.kind === 'answer' || meta.kind === 'ask-back' || content.markdown.startsWith('I have added'));

/** The platform as one worker reaches it. */
export const reach = (
  room: Room,
  { isCut, isUnsure }: Pick<ReturnType<typeof cuttable>, 'isCut' | 'isUnsure'>,
  record: Seen,
  random: () => number,
): ChannelAdapter => {
  const { adapter } = room;
  const alive = (): void => {
    if (isCut()) throw new Error('This process was killed.');
  };
  return {
    ...adapter,
    async send(message, signal) {
      if (isOfTheBot(message)) record.begun.push({ conversation: message.conversationId, at: Date.now() });
      await pause(random() < 0.1 ? 700 : random() * 40);
      alive();
      if (record.limited)
        return { ok: false, code: 'rate_limited', message: '429', retryAfterMs: 50, permanent: false };
      // A platform that cannot be searched shows twice what was cut off after it had arrived: there is no remedy.
      if (random() < 0.05) throw new Error('The connection was cut before anything arrived.');
      if (message.author.role === 'human' && random() < 0.08)
        return { ok: false, code: 'channel_not_found', message: 'gone', permanent: true };
      if (message.meta.card !== undefined && message.replaces === undefined && random() < 0.15)
        return { ok: false, code: 'is_archived', message: 'gone', permanent: true };
      const sent = await adapter.send(message, signal);
      await pause(random() * 20);
      if (room.searchable && random() < 0.05) throw new Error('The connection was cut after it had arrived.');
      return sent;
    },
    async present(conversation, address, progress) {
      if (progress.text !== undefined) record.begun.push({ conversation, at: Date.now() });
      await pause(random() * 30);
      alive();
      const stream = await adapter.present?.(conversation, address, progress);
      if (stream !== undefined) record.shownBy.set(stream, isUnsure);
      await pause(random() * 30);
      if (isCut() && stream !== undefined) record.orphans.add(stream);
      return stream;
    },
    async discard(address, stream, signal) {
      if (isCut()) record.orphans.add(stream);
      alive();
      await adapter.discard?.(address, stream, signal);
    },
  };
};
