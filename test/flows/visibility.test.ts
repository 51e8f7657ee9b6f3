/**
 * Restricted knowledge under the whole path of a message: who reads along decides what is found, cited and remembered of the
 * conversation, and what nobody may read lands in no log line, metric or span.
 */
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChannelAdapter, Particulars } from '#core/channel.ts';
import type { Identity, InboundEvent } from '#core/message.ts';
import type { Session } from '#core/session.ts';
import type { Turn } from '#core/turn.ts';
import { createKnowledge, type KnowledgeBase } from '#knowledge/index.ts';
import { quotePassages } from '#src/agent/extractive.ts';
import { buildPrompt } from '#src/agent/prompt.ts';
import type { Tracer } from '#src/pipeline/ports.ts';
import { compose } from '#src/pipeline/steps/compose.ts';
import { retrieve } from '#src/pipeline/steps/retrieve.ts';
import type { Database } from '#src/store/database.ts';
import { createMemorySessions } from '#src/store/session.ts';
import { decodeSession, encodeSession } from '#src/store/session-wire.ts';
import { engines, openTestDatabase } from '#test/database.ts';
import { until } from '#test/product.ts';
import { recordingLog } from '#test/recording-log.ts';
import { createPlatform, said, startSpine } from '#test/spine.ts';

/** The same question has an answer for everybody, for the team, and for each organisation: `word` is in that answer alone. */
const answers = {
  public: 'lanternfish',
  internal: 'zeppelinary',
  'org:acme': 'quillbasket',
  'org:other': 'dragonmeadow',
} as const;
const question = 'What does the express courier surcharge cost?';
const verified = (organization: string): Identity => ({ level: 'verified', organization });

// The engines differ below the search, where they are compared; one is enough for what is above it.
describe.each(engines.slice(-1))('visibility through a conversation on %s', (engine) => {
  let database: Database;
  let knowledge: KnowledgeBase;
  const log = recordingLog();
  beforeAll(async () => {
    database = await openTestDatabase(engine);
    knowledge = createKnowledge({ db: database.db, log });
    for (const [visibility, word] of Object.entries(answers))
      await knowledge.put({
        id: visibility,
        collection: 'kb',
        source: `frontdesk:${visibility}`,
        visibility: visibility as keyof typeof answers,
        document: {
          title: 'Express courier',
          text: `The express courier surcharge costs 12 euros with the code ${word}.`,
        },
      });
  }, 60_000);
  afterAll(() => database?.[Symbol.asyncDispose]());

  /** A platform that says who reads along, and everything that a turn was told and left behind. */
  const start = async (options: { readonly cold?: boolean } = {}) => {
    const platform = createPlatform();
    const place: { readers: Particulars['readers']; fails: boolean } = { readers: undefined, fails: false };
    const adapter: ChannelAdapter = {
      ...platform.adapter,
      lookUp: async () => {
        if (place.fails) throw new Error('the platform is away');
        return place.readers === undefined ? {} : { readers: place.readers };
      },
    };
    const turns: Turn[] = [];
    const kept: string[] = [];
    const spans: unknown[] = [];
    const tracer: Tracer = {
      span: (name, attributes, run) => {
        spans.push(name, attributes);
        return run();
      },
      inject: () => undefined,
      continueFrom: (_traceparent, run) => run(),
    };
    const memory = createMemorySessions({ ttlMs: 60_000, max: 100, now: () => new Date() });
    const spine = await startSpine(
      database,
      { adapter },
      {
        log,
        tracer,
        sessions: {
          ...memory,
          // As Redis holds it.
          load: async (id, version) => {
            const session: Session | undefined = options.cold === true ? undefined : await memory.load(id, version);
            return session === undefined ? undefined : decodeSession(encodeSession(session));
          },
          save: async (id, session) => {
            kept.push(encodeSession(session));
            await memory.save(id, session);
          },
        },
        decide: compose([
          retrieve(knowledge, 6),
          async (turn) => {
            turns.push(turn);
            return quotePassages(turn, { answer: 0, askBack: 0 });
          },
        ]),
      },
    );
    /** Asks, and waits for what arrives. */
    const ask = async (thread: string, text: string, more: Partial<InboundEvent> = {}) => {
      const before = platform.arrived.length;
      await spine.say(said(thread, text, more));
      await until('the answer', () => platform.arrived.length > before);
      const [answer, turn] = [platform.arrived.at(-1), turns.at(-1)];
      if (answer === undefined || turn === undefined) throw new Error('nothing arrived');
      return {
        answer,
        turn,
        cited: (answer.meta.citations ?? []).map(({ documentId }) => documentId),
        prompt: JSON.stringify(buildPrompt(turn, 'x')),
      };
    };
    return { ...spine, place, ask, spans, kept };
  };

  it('is decided by who asks and who reads along', async () => {
    await using desk = await start();
    const theirs = { organizations: ['acme'], shared: true };
    const cases: readonly (readonly [
      name: string,
      who: Identity,
      readers: Particulars['readers'] | 'unknown',
      visible: readonly string[],
    ])[] = [
      ['a direct message', verified('acme'), undefined, ['public', 'org:acme']],
      ['their shared channel', verified('acme'), theirs, ['public', 'org:acme']],
      ['with guests of another', verified('acme'), { organizations: ['acme', 'other'], shared: true }, ['public']],
      ['with guests of nobody knows where', verified('acme'), { organizations: [], shared: true }, ['public']],
      ['a platform that does not say who reads', verified('acme'), 'unknown', ['public']],
      ['mail whose sender is proven', verified('other'), undefined, ['public', 'org:other']],
      ['mail whose sender is claimed', { level: 'claimed', organization: 'acme' }, undefined, ['public']],
      ['mail with outsiders in copy', { level: 'verified' }, undefined, ['public']],
      ['nobody knows whom', { level: 'anonymous' }, undefined, ['public']],
    ];
    for (const [at, [name, identity, readers, visible]] of cases.entries()) {
      desk.place.fails = readers === 'unknown';
      desk.place.readers = readers === 'unknown' ? undefined : readers;
      const { answer, turn, cited, prompt } = await desk.ask(`${engine}-case-${at}`, question, { identity });
      expect([name, turn.passages.map(({ documentId }) => documentId).toSorted()]).toEqual([name, visible.toSorted()]);
      expect(cited.length, name).toBeGreaterThan(0);
      for (const id of cited) expect(visible, name).toContain(id);
      for (const [visibility, word] of Object.entries(answers)) {
        const isVisible = visible.some((one) => one === visibility);
        expect([name, visibility, prompt.includes(word)]).toEqual([name, visibility, isVisible]);
        if (!isVisible) expect(JSON.stringify(answer), name).not.toContain(word);
      }
    }
  });

  it.each([{ cold: false }, { cold: true }])(
    'holds for what was said before: a guest who joins brings silence about it, cold: $cold',
    async (how) => {
      await using desk = await start(how);
      const thread = `${engine}-joins-${how.cold}`;
      const own = { identity: verified('acme') };
      desk.place.readers = { organizations: ['acme'], shared: true };
      // Only their own document knows the word that they ask for.
      const first = await desk.ask(thread, `Is the code ${answers['org:acme']} right for the express courier?`, own);
      expect(first.cited).toContain('org:acme');

      desk.place.readers = { organizations: ['acme', 'other'], shared: true };
      const second = await desk.ask(thread, 'And what else do we need for it?', own);
      const restricted = ({ session }: Turn) =>
        session.window.filter(({ meta }) => meta.citations?.some(({ documentId }) => documentId === 'org:acme'));
      expect(restricted(second.turn)).toEqual([]);
      expect(second.turn.session.window.map(({ author }) => author.role)).toEqual(['customer']);
      expect(second.cited).not.toContain('org:acme');

      // Once they are among themselves again, it counts again.
      desk.place.readers = { organizations: ['acme'], shared: true };
      const third = await desk.ask(thread, 'And by when?', own);
      expect(restricted(third.turn)).toHaveLength(1);
      expect(desk.kept.every((text) => !text.includes(answers['org:other']) && !text.includes(answers.internal))).toBe(
        true,
      );
    },
  );

  it('leaves nothing of a restricted document where operators or machines read', async () => {
    await using desk = await start();
    desk.place.readers = { organizations: ['acme'], shared: true };
    const { answer } = await desk.ask(`${engine}-logged`, `${question} With ${answers['org:acme']}?`, {
      identity: verified('acme'),
    });
    expect(JSON.stringify(answer)).toContain(answers['org:acme']);
    // A database that breaks under a search, and a search that is asked for nonsense, say why without saying what.
    await expect(
      sql`select knowledge_search_lexical('[{"p":0,"w":"code"}]', '{public,org:acme}', -1)`.execute(database.db),
    ).rejects.toThrow(expect.objectContaining({ message: expect.not.stringContaining(answers['org:acme']) }));
    const { body } = await desk.meter.scrape();
    const left = JSON.stringify([log.lines, desk.spans, body]);
    expect(log.lines.length).toBeGreaterThan(0);
    expect(desk.spans.length).toBeGreaterThan(0);
    for (const word of [...Object.values(answers), 'surcharge']) expect(left).not.toContain(word);
  });
});
