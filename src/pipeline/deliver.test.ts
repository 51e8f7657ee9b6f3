import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChannelAdapter } from '#core/channel.ts';
import { type DeliveryClaim, type Dispatch, type DispatchResult, type Ledger, sendGraceMs } from '#core/ledger.ts';
import type { ConversationId, Outbound, SendResult } from '#core/message.ts';
import { anAdapter, anOutbound, fakeLedger, fakePipeline, theCard } from '#test/fakes/pipeline.ts';
import { createDeliver } from './deliver.ts';

const noon = new Date('2026-01-05T12:00:00Z');
const hour = 3_600_000;
const live = new AbortController().signal;

const dispatch = (id: string, more: Partial<Dispatch> = {}): Dispatch => ({
  outbound: anOutbound(id),
  by: 'bot',
  attempt: 1,
  halfSent: false,
  queuedAt: new Date(noon.getTime() - 1_000),
  ...more,
});
const claimOf = (dispatches: readonly Dispatch[], status: DeliveryClaim['status'] = 'bot'): DeliveryClaim => ({
  conversationId: '1' as ConversationId,
  status,
  dispatches,
  askedAt: performance.now(),
});

const setUp = (
  behaviour: Partial<ChannelAdapter> = {},
  { random = 0.5, ledger: rows = {} }: { readonly random?: number; readonly ledger?: Partial<Ledger> } = {},
) => {
  const sent: Outbound[] = [];
  const ledger = fakeLedger(rows);
  const adapter = anAdapter(behaviour);
  const recording: ChannelAdapter = {
    ...adapter,
    send: (message, signal) => {
      sent.push(message);
      return adapter.send(message, signal);
    },
  };
  const deps = fakePipeline(recording);
  const deliver = createDeliver(
    ledger,
    deps,
    { sendTimeoutMs: 50, giveUpAfterMs: hour },
    () => noon,
    () => random,
  );
  return {
    deps,
    sent: () => sent.map(({ id }) => id),
    async deliver(
      dispatches: readonly Dispatch[],
      more: Partial<Pick<DeliveryClaim, 'status' | 'askedAt'>> & { readonly signal?: AbortSignal } = {},
    ): Promise<readonly DispatchResult[]> {
      ledger.finished.length = 0;
      await deliver(
        { ...claimOf(dispatches, more.status), ...(more.askedAt === undefined ? {} : { askedAt: more.askedAt }) },
        more.signal ?? live,
      );
      return ledger.finished[0]?.results ?? [];
    },
  };
};

const no = (code: string, more: { readonly permanent?: boolean; readonly retryAfterMs?: number } = {}): SendResult => ({
  ok: false,
  code,
  message: 'The platform said no.',
  permanent: false,
  ...more,
});

describe('deliver', () => {
  it('sends in order and records where each part landed', async () => {
    const { deliver, sent } = setUp();
    expect(await deliver([dispatch('1'), dispatch('2'), dispatch('3')])).toEqual(
      ['1', '2', '3'].map((id) => ({
        id,
        ok: true,
        externalId: `sent:${id}`,
        address: { channel: 'slack', space: 'C1', thread: 't1' },
      })),
    );
    expect(sent()).toEqual(['1', '2', '3']);
  });

  it('holds everything behind the first that must wait, untouched', async () => {
    const { deliver, sent } = setUp({
      send: async (message) =>
        message.id === '2'
          ? no('rate_limited', { retryAfterMs: 300_000 })
          : { ok: true, externalId: 'x', address: message.address },
    });
    expect(
      await deliver([dispatch('1'), dispatch('2'), dispatch('3', { halfSent: true }), dispatch('4')]),
    ).toMatchObject([
      { id: '1', ok: true },
      {
        id: '2',
        ok: false,
        permanent: false,
        refused: true,
        error: 'rate_limited: The platform said no.',
        pauseMs: 300_000,
      },
      { id: '3', unsent: true, halfSent: true, pauseMs: 300_000 },
      { id: '4', unsent: true, halfSent: false, pauseMs: 300_000 },
    ]);
    expect(sent()).toEqual(['1', '2']);
  });

  it('goes past what can never be delivered', async () => {
    const { deliver, deps } = setUp({
      send: async (message) =>
        message.id === '1'
          ? no('channel_not_found', { permanent: true })
          : { ok: true, externalId: 'x', address: message.address },
    });
    expect(await deliver([dispatch('1'), dispatch('2')])).toMatchObject([
      { permanent: true, error: expect.stringContaining('channel_not_found') },
      { ok: true },
    ]);
    expect(deps.counted.map(([name]) => name)).toContain('deadLetter');
    expect(deps.log.lines).toMatchObject([{ level: 'warn', message: 'not delivered, given up' }]);
  });

  it('looks for what is half-sent, and sends it only when it is not there', async () => {
    const lookedFor: string[] = [];
    const { deliver, sent } = setUp({
      find: async (message) => {
        lookedFor.push(message.id);
        return message.id === '1' ? { externalId: 'ts-1', address: message.address } : undefined;
      },
    });
    expect(
      await deliver([
        dispatch('1', { halfSent: true, attempt: 2 }),
        dispatch('2', { halfSent: true, attempt: 2 }),
        dispatch('3'),
      ]),
    ).toMatchObject([
      { id: '1', ok: true, externalId: 'ts-1' },
      { id: '2', ok: true, externalId: 'sent:2' },
      { id: '3', ok: true },
    ]);
    expect(lookedFor).toEqual(['1', '2']);
    expect(sent()).toEqual(['2', '3']);
  });

  it('does not send again what it could not look for', async () => {
    const { deliver, sent } = setUp({ find: () => Promise.reject(new Error('search is down')) });
    expect(await deliver([dispatch('1', { halfSent: true, attempt: 2 }), dispatch('2')])).toMatchObject([
      { id: '1', permanent: false, refused: false, error: expect.stringContaining('search is down') },
      { id: '2', unsent: true },
    ]);
    expect(sent()).toEqual([]);
  });

  it('sends again where the platform cannot be searched', async () => {
    const { deliver, sent } = setUp();
    await deliver([dispatch('1', { halfSent: true, attempt: 2 })]);
    expect(sent()).toEqual(['1']);
  });

  it('withdraws text of the bot once a person has the conversation, and nothing else; nobody is alarmed', async () => {
    const { deliver, sent, deps } = setUp();
    expect(
      await deliver([dispatch('1'), dispatch('2', { by: 'human' }), dispatch('3', { by: 'system' })], {
        status: 'human',
      }),
    ).toMatchObject([
      { id: '1', permanent: true, withdrawn: true },
      { id: '2', ok: true },
      { id: '3', ok: true },
    ]);
    expect(sent()).toEqual(['2', '3']);
    expect(deps.counted.map(([name]) => name)).not.toContain('deadLetter');
    expect(deps.log.lines.map(({ level }) => level)).toEqual(['info']);
  });

  it('starts no further part once a person has claimed in the middle, or the lane is another’s', async () => {
    for (const [held, last] of [
      ['human', { permanent: true, withdrawn: true }],
      [undefined, { unsent: true, halfSent: false }],
    ] as const) {
      const { deliver, sent } = setUp({}, { ledger: { holdDelivering: async () => held } });
      expect(await deliver([dispatch('1'), dispatch('2')])).toMatchObject([
        { id: '1', ok: true },
        { id: '2', ...last },
      ]);
      expect(sent()).toEqual(['1']);
    }
    const away = setUp({}, { ledger: { holdDelivering: () => Promise.reject(new Error('connection refused')) } });
    expect(await away.deliver([dispatch('1'), dispatch('2')])).toMatchObject([{ ok: true }, { unsent: true }]);
  });

  it('believes no platform that asks for more than a day', async () => {
    const { deliver } = setUp({ send: async () => no('rate_limited', { retryAfterMs: 1e12 }) });
    expect(await deliver([dispatch('1')])).toMatchObject([{ pauseMs: 86_400_000 }]);
  });

  it('records what had arrived before a person took the conversation', async () => {
    const { deliver } = setUp({ find: async (message) => ({ externalId: 'ts-1', address: message.address }) });
    expect(await deliver([dispatch('1', { halfSent: true })], { status: 'human' })).toMatchObject([
      { ok: true, externalId: 'ts-1' },
    ]);
  });

  it('takes anything thrown for unknown: it may have arrived', async () => {
    const { deliver, deps } = setUp({ send: () => Promise.reject(new Error('socket hang up')) });
    expect(await deliver([dispatch('1')])).toMatchObject([
      { permanent: false, refused: false, error: 'unknown: socket hang up' },
    ]);
    expect(deps.log.lines[0]).toMatchObject({ level: 'error', message: 'send failed unexpectedly' });
    const synchronous = setUp({
      send: () => {
        throw new TypeError('a bug');
      },
    });
    expect(await synchronous.deliver([dispatch('1')])).toMatchObject([{ refused: false }]);
    const saidSo = setUp({ send: async () => no('unknown') });
    expect(await saidSo.deliver([dispatch('1')])).toMatchObject([{ refused: false }]);
  });

  it.each<[string, Partial<ChannelAdapter>]>([
    ['refused', { send: async () => no('rate_limited', { retryAfterMs: 10 }) }],
    ['thrown', { send: () => Promise.reject(new Error('socket hang up')) }],
    ['not searchable', { find: () => Promise.reject(new Error('search is down')) }],
  ])('gives up after its time, however it fails (%s)', async (_how, behaviour) => {
    const { deliver } = setUp(behaviour);
    const old = { queuedAt: new Date(noon.getTime() - hour - 1), attempt: 40, halfSent: true };
    expect(await deliver([dispatch('1', old), dispatch('2')])).toMatchObject([
      { id: '1', permanent: true },
      { id: '2' },
    ]);
  });

  it.each<[string, Partial<ChannelAdapter>]>([
    [
      'sending',
      {
        send: (_message, signal) =>
          new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
      },
    ],
    [
      'looking',
      {
        find: (_message, signal) =>
          new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
      },
    ],
  ])('does not wait for ever for a platform that hangs while %s', async (_what, behaviour) => {
    const { deliver } = setUp(behaviour);
    expect(await deliver([dispatch('1', { halfSent: true })])).toMatchObject([{ permanent: false, refused: false }]);
  });

  it('starts nothing more once the lease is lost, and says what it knows', async () => {
    const lease = new AbortController();
    const { deliver, sent } = setUp({
      send: async (message) => {
        lease.abort();
        return { ok: true, externalId: 'x', address: message.address };
      },
    });
    expect(await deliver([dispatch('1'), dispatch('2')], { signal: lease.signal })).toMatchObject([
      { id: '1', ok: true },
      { id: '2', unsent: true, pauseMs: 0 },
    ]);
    expect(sent()).toEqual(['1']);
  });

  it('sends nothing more of the bot once a person has the conversation, though it was claimed before', async () => {
    const { deliver, sent } = setUp({}, { ledger: { holdDelivering: async () => 'human' } });
    expect(await deliver([dispatch('1'), dispatch('2'), dispatch('3', { by: 'human' })])).toMatchObject([
      { ok: true },
      { withdrawn: true },
      { ok: true },
    ]);
    expect(sent()).toEqual(['1', '3']);
  });

  it.each([
    ['another process has the lane', async () => undefined],
    ['nobody can say whose lane it is', () => Promise.reject(new Error('connection refused'))],
  ])('gives the rest back when %s', async (_why, holdDelivering) => {
    const { deliver, sent } = setUp({}, { ledger: { holdDelivering } });
    expect(await deliver([dispatch('1'), dispatch('2')])).toMatchObject([{ ok: true }, { unsent: true }]);
    expect(sent()).toEqual(['1']);
  });

  it('asks again before it starts what was marked too long ago: a person may have taken the conversation', async () => {
    for (const [status, expected] of [
      ['human', { withdrawn: true }],
      ['bot', { ok: true }],
      [undefined, { unsent: true }],
    ] as const) {
      const { deliver, sent } = setUp({}, { ledger: { holdDelivering: async () => status } });
      const results = await deliver([dispatch('1')], { askedAt: performance.now() - sendGraceMs });
      expect(results).toMatchObject([expected]);
      expect(sent()).toEqual(status === 'bot' ? ['1'] : []);
    }
  });

  it('believes no pause of more than a day', async () => {
    const { deliver } = setUp({ send: async () => no('rate_limited', { retryAfterMs: 1e18 }) });
    expect(await deliver([dispatch('1')])).toMatchObject([{ pauseMs: 24 * hour }]);
  });

  it('says so when a channel is off or an address is blocked', async () => {
    const { deliver, sent } = setUp();
    const elsewhere = dispatch('1', {
      outbound: anOutbound('1', { address: { channel: 'teams', space: 's', thread: 't' } }),
    });
    expect(await deliver([elsewhere, dispatch('2', { blocked: 'bounced: 5.1.1' })])).toMatchObject([
      { permanent: true, error: expect.stringContaining('teams is not switched on') },
      { permanent: true, error: 'bounced: 5.1.1' },
    ]);
    expect(sent()).toEqual([]);
  });

  it('backs off from a second to ten minutes, a quarter more or less, and never less than it was asked', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 1_000 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        fc.nat(2_000_000),
        async (attempt, random, retryAfterMs) => {
          const { deliver } = setUp({ send: async () => no('rate_limited', { retryAfterMs }) }, { random });
          const [result] = await deliver([dispatch('1', { attempt })]);
          const base = Math.min(600_000, 1_000 * 2 ** (attempt - 1));
          const pauseMs = result !== undefined && 'pauseMs' in result ? result.pauseMs : Number.NaN;
          expect(pauseMs).toBeGreaterThanOrEqual(Math.max(retryAfterMs, base * 0.75));
          expect(pauseMs).toBeLessThanOrEqual(Math.max(retryAfterMs, base * 1.25));
        },
      ),
      { numRuns: 300 },
    );
  });

  describe('a card and what belongs to it', () => {
    const nowhere = { channel: 'slack', space: 'CDESK', thread: '' } as const;
    const landed = { channel: 'slack', space: 'CDESK', thread: '7.0' } as const;
    const row = (
      id: string,
      messageId: string,
      more: Partial<Dispatch> = {},
      address = nowhere as Outbound['address'],
    ) =>
      dispatch(id, {
        by: 'system',
        outbound: anOutbound(id, {
          messageId: messageId as Outbound['messageId'],
          address,
          meta: messageId === 'card' ? { card: theCard } : {},
        }),
        ...more,
      });
    const desk = (behaviour: Partial<ChannelAdapter> = {}) => {
      const got: Outbound[] = [];
      const set = setUp({
        send: async (message) => {
          got.push(message);
          return { ok: true, externalId: message.replaces ?? `C:${message.id}`, address: landed };
        },
        ...behaviour,
      });
      return { ...set, got };
    };

    it('land together: the rows behind it go into its thread, a redraw takes its place', async () => {
      const { deliver, got } = desk();
      const results = await deliver([
        row('1', 'card'),
        row('2', 'words'),
        row('3', 'card', { redraws: true }),
        row('4', 'receipt'),
        row('5', 'card', { redraws: true }),
      ]);
      expect(got.map(({ address, replaces }) => [address.thread, replaces])).toEqual([
        ['', undefined],
        ['7.0', undefined],
        ['7.0', 'C:1'],
        ['7.0', undefined],
        ['7.0', 'C:1'],
      ]);
      expect(results).toMatchObject([
        { ok: true },
        { ok: true },
        { ok: true, externalId: 'C:1' },
        { ok: true },
        { ok: true },
      ]);
    });

    it('end with it: nothing is posted beside a card that could not be shown', async () => {
      const { deliver, sent } = desk({ send: async () => no('channel_not_found', { permanent: true }) });
      expect(await deliver([row('1', 'card'), row('2', 'words')])).toMatchObject([
        { permanent: true },
        { permanent: true, error: expect.stringContaining('no-thread') },
      ]);
      expect(sent()).toEqual(['1']);
    });

    it('land together when the card is found to be there already', async () => {
      const { deliver, got } = desk({ find: async () => ({ externalId: 'C:old', address: landed }) });
      await deliver([row('1', 'card', { halfSent: true }), row('2', 'words'), row('3', 'card', { redraws: true })]);
      expect(got.map(({ id, address, replaces }) => [id, address.thread, replaces])).toEqual([
        ['2', '7.0', undefined],
        ['3', '7.0', 'C:old'],
      ]);
    });

    it('is drawn anew where it has landed, though that was written for the place that its case moved on from', async () => {
      const { deliver, got } = desk();
      const behind = { channel: 'slack', space: 'CFIRST', thread: '6.0' } as const;
      await deliver([
        row('1', 'card', {}, { channel: 'slack', space: 'CDESK', thread: '+' }),
        row('2', 'words', {}, behind),
        row('3', 'card', { redraws: true }, behind),
      ]);
      expect(got.map(({ address: { space, thread }, replaces }) => [space, thread, replaces])).toEqual([
        ['CDESK', '', undefined],
        ['CFIRST', '6.0', undefined],
        ['CDESK', '7.0', 'C:1'],
      ]);
    });

    it('leaves what knows its place where it is', async () => {
      const { deliver, got } = desk();
      const elsewhere = { channel: 'slack', space: 'CDESK', thread: '6.0' } as const;
      const known = row('3', 'card', { redraws: true });
      await deliver([
        row('1', 'card'),
        row('2', 'words', {}, elsewhere),
        { ...known, outbound: { ...known.outbound, replaces: 'C:0' } },
      ]);
      expect(got.map(({ address, replaces }) => [address.thread, replaces])).toEqual([
        ['', undefined],
        ['6.0', undefined],
        ['7.0', 'C:0'],
      ]);
    });

    it('wait together', async () => {
      const { deliver, sent } = desk({ send: async () => no('rate_limited', { retryAfterMs: 30_000 }) });
      expect(await deliver([row('1', 'card'), row('2', 'words'), row('3', 'card', { redraws: true })])).toMatchObject([
        { paceMs: 30_000, pauseMs: 30_000 },
        { unsent: true },
        { unsent: true },
      ]);
      expect(sent()).toEqual(['1']);
    });
  });

  it('asks for a pause in the whole place when the platform does, and not for other failures', async () => {
    for (const [code, paceMs] of [
      ['rate_limited', 1_000],
      ['internal_error', undefined],
      ['unknown', undefined],
    ] as const) {
      const { deliver } = setUp({ send: async () => no(code) });
      const [result] = await deliver([dispatch('1')]);
      expect(result).toMatchObject({ permanent: false });
      expect(result !== undefined && 'paceMs' in result ? result.paceMs : undefined).toBe(paceMs);
    }
    const { deliver } = setUp({ send: async () => no('rate_limited', { permanent: true }) });
    expect((await deliver([dispatch('1')]))[0]).not.toHaveProperty('paceMs');
  });

  it('counts why it failed by the platform’s short word, and by no text from outside', async () => {
    const countedBy = async (behaviour: Partial<ChannelAdapter>, row = dispatch('1')) => {
      const { deliver, deps } = setUp(behaviour);
      await deliver([row]);
      return deps.counted.filter(([name]) => name === 'send').map(([, value]) => value);
    };
    const channel = 'slack';
    expect(await countedBy({})).toEqual([{ channel, result: 'sent' }]);
    expect(await countedBy({ send: async () => no('rate_limited') })).toEqual([
      { channel, result: 'retry', code: 'rate_limited' },
    ]);
    expect(await countedBy({ send: async () => no('channel_not_found', { permanent: true }) })).toEqual([
      { channel, result: 'failed', code: 'channel_not_found' },
    ]);
    expect(await countedBy({ send: () => Promise.reject(new Error('cut')) })).toEqual([
      { channel, result: 'retry', code: 'unknown' },
    ]);
    expect(await countedBy({}, dispatch('1', { blocked: 'x81hq: whatever a server says' }))).toEqual([
      { channel, result: 'failed', code: 'blocked' },
    ]);
    const off = dispatch('1', {
      outbound: anOutbound('1', { address: { channel: 'teams', space: 's', thread: 't' } }),
    });
    expect(await countedBy({}, off)).toEqual([{ channel: 'teams', result: 'failed', code: 'other' }]);
  });

  it('takes back what was shown of a text that is withdrawn', async () => {
    const discarded: unknown[] = [];
    const discard: NonNullable<ChannelAdapter['discard']> = async (address, stream) =>
      void discarded.push([address.thread, stream]);
    const partial = dispatch('1', { outbound: anOutbound('1', { replaces: 's1' }) });
    const { deliver, sent } = setUp({ discard });
    expect(await deliver([partial], { status: 'human' })).toMatchObject([{ withdrawn: true }]);
    expect([discarded, sent()]).toEqual([[['t1', 's1']], []]);
    // The holding message of a hand-over is ours to say, whoever has the conversation.
    await deliver([{ ...partial, by: 'system' }], { status: 'human' });
    expect([discarded.length, sent()]).toEqual([1, ['1']]);
  });

  it('withdraws a text though what was shown of it stays', async () => {
    for (const discard of [
      () => Promise.reject(new Error('message_not_found')),
      () => {
        throw new Error('message_not_found');
      },
    ]) {
      const { deliver, deps } = setUp({ discard });
      const partial = dispatch('1', { outbound: anOutbound('1', { replaces: 's1' }) });
      expect(await deliver([partial], { status: 'human' })).toMatchObject([{ permanent: true, withdrawn: true }]);
      expect(deps.log.lines.map(({ level, message }) => [level, message])).toEqual([
        ['warn', 'a partial message stays'],
        ['info', 'not delivered, withdrawn'],
      ]);
    }
  });

  it('tells its caller when the outcome could not be recorded', async () => {
    const { deliver } = setUp(
      {},
      { ledger: { finishDelivering: () => Promise.reject(new Error('connection refused')) } },
    );
    await expect(deliver([dispatch('1')])).rejects.toThrow('connection refused');
  });

  it('answers for every row it was given, once, in order, whatever happens', async () => {
    const outcome = fc.constantFrom('ok', 'later', 'never', 'throw', 'abort');
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({ outcome, halfSent: fc.boolean(), by: fc.constantFrom<Dispatch['by']>('bot', 'human', 'system') }),
          { maxLength: 10 },
        ),
        fc.boolean(),
        async (rows, human) => {
          const lease = new AbortController();
          const { deliver, sent } = setUp({
            send: async (message) => {
              const what = rows[Number(message.id)]?.outcome;
              if (what === 'abort') lease.abort();
              if (what === 'throw') throw new Error('cut');
              if (what === 'later' || what === 'never') return no('said_no', { permanent: what === 'never' });
              return { ok: true, externalId: 'x', address: message.address };
            },
          });
          const results = await deliver(
            rows.map(({ halfSent, by }, index) => dispatch(`${index}`, { halfSent, by })),
            { status: human ? 'human' : 'bot', signal: lease.signal },
          );
          expect(results.map(({ id }) => id)).toEqual(rows.map((_row, index) => `${index}`));
          const stopped = results.findIndex((result) => !result.ok && 'refused' in result);
          if (stopped >= 0) for (const rest of results.slice(stopped + 1)) expect(rest).toMatchObject({ unsent: true });
          expect(sent()).toEqual([...sent()].sort((a, b) => Number(a) - Number(b)));
          expect(new Set(sent()).size).toBe(sent().length);
        },
      ),
      { numRuns: 300 },
    );
  });
});
