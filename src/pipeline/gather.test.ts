import { createHash } from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';
import type { ChannelAdapter, Particulars } from '#core/channel.ts';
import type { Attachment, Author, InboundEvent, MessageId } from '#core/message.ts';
import { aClaim, anAdapter, fakePipeline, says, theDesk, unread } from '#test/fakes/pipeline.ts';
import { gather } from './gather.ts';

const live = new AbortController().signal;
const address = { channel: 'slack', space: 'C1', thread: '1.0' } as const;
const ada: Author = { role: 'customer', externalId: 'T1:UADA' };
const ben: Author = { role: 'customer', externalId: 'T1:UBEN' };
const file = (name: string, ref = `slack:${name}`): Attachment => ({ name, mime: 'text/plain', bytes: 0, ref });
const bytesOf = (text: string) => new TextEncoder().encode(text);
const refOf = (text: string) => `sha256:${createHash('sha256').update(text).digest('hex')}`;

const from = (author: Author, markdown = 'hello', more: Partial<InboundEvent> = {}) =>
  says(markdown, { author, address, ...more });
const withFiles = (author: Author, attachments: readonly Attachment[], more: Partial<InboundEvent> = {}) =>
  unread({ kind: 'message', content: { markdown: 'see', attachments } }, { author, address, ...more });
const conversation = { address, customer: ada };
const slackClaim = (pending: Parameters<typeof aClaim>[0], consumed = 0) => aClaim(pending, { conversation, consumed });

const setUp = (behaviour: Partial<ChannelAdapter>) => {
  const deps = fakePipeline(anAdapter(behaviour), anAdapter({ id: 'web' }));
  return { deps, run: (claim: ReturnType<typeof aClaim>, signal = live) => gather(claim, deps, signal) };
};
const lookingUp = (known: Readonly<Record<string, Particulars>>) => {
  const asked: (readonly [who: string, what: string | undefined, isFirst: boolean])[] = [];
  const lookUp: NonNullable<ChannelAdapter['lookUp']> = async ({ author, externalId }, { isFirst }) => {
    asked.push([author.externalId, externalId, isFirst]);
    return known[author.externalId] ?? {};
  };
  return { asked, ...setUp({ lookUp }) };
};
const downloading = (files: Readonly<Record<string, string | undefined>>) => {
  const asked: string[] = [];
  const download: NonNullable<ChannelAdapter['download']> = async ({ ref }) => {
    asked.push(ref);
    const text = files[ref];
    if (text === undefined) throw new Error('file_deleted');
    return { bytes: bytesOf(text) };
  };
  return { asked, ...setUp({ download }) };
};

describe('what people are called', () => {
  it('puts names in place of ids, in the events, the conversation and the rows', async () => {
    const { run, asked } = lookingUp({ 'T1:UADA': { name: 'Ada' }, 'T1:UBEN': { name: 'Ben' } });
    const { claim, names } = await run(slackClaim([from(ada), from(ben), from(ada)]));
    expect(claim.conversation.customer).toEqual({ ...ada, name: 'Ada' });
    expect(claim.pending.map(({ event }) => event.author.name)).toEqual(['Ada', 'Ben', 'Ada']);
    expect(names.map(({ conversation: of, id, name }) => [of, id, name]).toSorted()).toEqual([
      ['1', 'T1:UADA', 'Ada'],
      ['1', 'T1:UBEN', 'Ben'],
    ]);
    // Everybody once.
    expect(asked.map(([who]) => who).toSorted()).toEqual(['T1:UADA', 'T1:UBEN']);
  });

  it('believes the platform before the event, which may bring a user name only', async () => {
    const { run } = lookingUp({ 'T1:UADA': { name: 'Ada Lovelace' } });
    const { claim } = await run(slackClaim([from({ ...ada, name: 'ada.l' }), from({ ...ben, name: 'Ben' })]));
    expect(claim.pending.map(({ event }) => event.author.name)).toEqual(['Ada Lovelace', 'Ben']);
  });

  it('goes by the id where nobody knows the name, and says so in the log when the platform failed', async () => {
    const { run, deps } = setUp({ lookUp: () => Promise.reject(new Error('missing_scope')) });
    const { claim, names, particulars } = await run(slackClaim([from(ada)]));
    expect(claim.pending[0]?.event.author).toEqual(ada);
    // Nor who reads along: then only what is public may be said.
    expect([names, particulars]).toEqual([[], { readers: { organizations: [], shared: true } }]);
    expect(deps.log.lines).toMatchObject([{ level: 'warn', fields: { channel: 'slack', error: 'missing_scope' } }]);
    const throwing = setUp({
      lookUp: () => {
        throw new TypeError('a bug');
      },
    });
    expect((await throwing.run(slackClaim([from(ada)]))).names).toEqual([]);
  });

  it('does not wait for a platform that does not answer, whether or not it heeds its signal', async () => {
    const { run } = setUp({ lookUp: () => new Promise(() => undefined) });
    const limit = new AbortController();
    using timeout = vi.spyOn(AbortSignal, 'timeout').mockReturnValue(limit.signal);
    const running = run(slackClaim([from(ada)]));
    expect(timeout.mock.calls).toEqual([[2_500]]);
    limit.abort(new DOMException('The time is over.', 'TimeoutError'));
    const { names, particulars } = await running;
    expect([names, particulars.readers]).toEqual([[], { organizations: [], shared: true }]);
  });

  it('ends with the turn', async () => {
    const lost = new AbortController();
    const { run } = setUp({ lookUp: () => new Promise(() => undefined), download: () => new Promise(() => undefined) });
    const gathering = run(slackClaim([withFiles(ada, [file('a.txt')])]), lost.signal);
    lost.abort(new Error('The conversation has moved on.'));
    expect((await gathering).files).toEqual([]);
    expect((await run(slackClaim([withFiles(ada, [file('a.txt')])]), lost.signal)).files).toEqual([]);
  });

  it('asks nothing about our own events, votes and deletions', async () => {
    const { run, asked } = lookingUp({});
    const bot: Author = { role: 'bot', externalId: 'frontdesk' };
    await run(
      slackClaim([
        unread({ kind: 'action', action: 'delivered', value: '' }, { author: bot, address }),
        unread({ kind: 'feedback', score: 1, of: 'x' }, { author: ben, address }),
        unread({ kind: 'delete', of: 'x' }, { author: ada, address }),
      ]),
    );
    expect(asked).toEqual([]);
  });
});

describe('whom an action names', () => {
  const mira: Author = { role: 'human', externalId: 'T0:UMIRA', name: 'Mira' };
  const given = (person: { readonly externalId: string; readonly name?: string }) =>
    unread({ kind: 'action', action: 'reassign', value: '', person }, { author: mira, address });
  const personIn = ({ claim }: Awaited<ReturnType<typeof gather>>) =>
    claim.pending.flatMap(({ event: { body } }) => (body.kind === 'action' ? [body.person] : []));
  const atDesk = (pending: Parameters<typeof aClaim>[0]) => aClaim(pending, { conversation: { ...theDesk, address } });

  it('is looked up by the id like an author, once', async () => {
    const { run, asked } = lookingUp({ 'T0:UTOM': { name: 'Tom' } });
    const tom = given({ externalId: 'T0:UTOM' });
    const gathered = await run(atDesk([tom, tom]));
    expect(personIn(gathered)).toEqual([
      { externalId: 'T0:UTOM', name: 'Tom' },
      { externalId: 'T0:UTOM', name: 'Tom' },
    ]);
    expect(asked.filter(([who]) => who === 'T0:UTOM')).toHaveLength(1);
    // Whoever said it stays who said it.
    expect(gathered.claim.pending.map(({ event }) => event.author.externalId)).toEqual(['T0:UMIRA', 'T0:UMIRA']);
  });

  it('keeps the name that the platform gave, and the id where nobody knows one', async () => {
    const { run, asked } = lookingUp({});
    const gathered = await run(
      atDesk([given({ externalId: 'agent:Tom', name: 'Tom' }), given({ externalId: 'T0:UX' })]),
    );
    expect(personIn(gathered)).toEqual([{ externalId: 'agent:Tom', name: 'Tom' }, { externalId: 'T0:UX' }]);
    expect(asked.map(([who]) => who)).not.toContain('agent:Tom');
  });
});

describe('who reads along', () => {
  const readers = { organizations: ['T1'], shared: true };

  it('is known by whoever wrote last', async () => {
    const { run } = lookingUp({
      'T1:UADA': { place: '#acme', readers, organizationName: 'Acme' },
      'T1:UBEN': { place: '#acme', organizationName: 'Other' },
    });
    const { particulars } = await run(slackClaim([from(ada), from(ben), from(ada)]));
    expect(particulars).toMatchObject({ place: '#acme', readers, organizationName: 'Acme' });
  });

  it('asks what came before once: before the first of what is unread, and only in a new conversation', async () => {
    const { run, asked } = lookingUp({ 'T1:UADA': { before: 'The API is down.' }, 'T1:UBEN': { before: 'no' } });
    const pending = [from(ada, 'a'), from(ben, 'b'), from(ada, 'c')];
    expect((await run(slackClaim(pending))).particulars).toEqual({ before: 'The API is down.' });
    expect(asked.filter(([, , isFirst]) => isFirst)).toEqual([['T1:UADA', pending[0]?.event.externalId, true]]);
    asked.length = 0;
    await run(slackClaim(pending, 4));
    await run({ ...slackClaim(pending), conversation: theDesk });
    expect(asked.map(([, , isFirst]) => isFirst)).toEqual([false, false, false, false]);
  });
});

describe('files', () => {
  it('come into our own store by their content, and are named so everywhere', async () => {
    const { run, deps } = downloading({ 'slack:a.txt': 'one', 'slack:b.txt': 'two' });
    const messageId = 'm7' as MessageId;
    const own = file('mine.txt', refOf('mine'));
    const entry = { ...withFiles(ada, [file('a.txt'), own, file('b.txt')]), messageId };
    const { claim, files } = await run(slackClaim([entry]));
    const attachments = [
      { name: 'a.txt', mime: 'text/plain', bytes: 3, ref: refOf('one') },
      own,
      { name: 'b.txt', mime: 'text/plain', bytes: 3, ref: refOf('two') },
    ];
    expect(files).toEqual([{ messageId, attachments }]);
    expect(claim.pending[0]?.event.body).toMatchObject({ content: { markdown: 'see', attachments } });
    expect(deps.kept.get(refOf('one'))).toEqual(bytesOf('one'));
    expect(deps.kept.size).toBe(2);
  });

  it('are fetched once, though several messages carry them', async () => {
    const { run, asked } = downloading({ 'slack:a.txt': 'one' });
    const { claim, files } = await run(slackClaim([withFiles(ada, [file('a.txt')]), withFiles(ben, [file('a.txt')])]));
    expect(asked).toEqual(['slack:a.txt']);
    expect(files).toHaveLength(2);
    for (const { event } of claim.pending)
      expect(event.body).toMatchObject({ content: { attachments: [{ ref: refOf('one') }] } });
  });

  it('keep their name where they cannot be fetched or kept', async () => {
    const { run, deps } = downloading({ 'slack:b.txt': 'two' });
    const { claim, files } = await run(slackClaim([withFiles(ada, [file('a.txt'), file('b.txt')])]));
    expect(files[0]?.attachments).toEqual([file('a.txt'), { ...file('b.txt'), bytes: 3, ref: refOf('two') }]);
    expect(claim.pending).toHaveLength(1);
    expect(deps.log.lines).toMatchObject([{ level: 'warn', fields: { error: 'file_deleted' } }]);
    const full = downloading({ 'slack:a.txt': 'one' });
    const blobs = { ...full.deps.blobs, put: () => Promise.reject(new Error('disk full')) };
    expect((await gather(slackClaim([withFiles(ada, [file('a.txt')])]), { ...full.deps, blobs }, live)).files).toEqual(
      [],
    );
    // A channel that cannot fetch, or is off.
    const without = setUp({});
    expect((await without.run(slackClaim([withFiles(ada, [file('a.txt')])]))).files).toEqual([]);
    const elsewhere = withFiles(ada, [file('a.txt')], { address: { ...address, channel: 'teams' } });
    expect((await without.run(slackClaim([elsewhere]))).files).toEqual([]);
  });

  it('stay away where they were deleted or changed before anybody read them', async () => {
    const { run, asked } = downloading({ 'slack:a.txt': 'one', 'slack:b.txt': 'two' });
    const messageId = 'm7' as MessageId;
    const message = { ...withFiles(ada, [file('a.txt')], { externalId: 'x' }), messageId };
    const of = (body: InboundEvent['body']) => ({ ...unread(body, { author: ada, address }), messageId });
    expect((await run(slackClaim([message, of({ kind: 'delete', of: 'x' })]))).files).toEqual([]);
    const without = of({ kind: 'edit', of: 'x', content: { markdown: 'see', attachments: [] } });
    expect((await run(slackClaim([message, without]))).files).toEqual([]);
    expect(asked).toEqual([]);
    const another = of({ kind: 'edit', of: 'x', content: { markdown: 'see', attachments: [file('b.txt')] } });
    const { claim, files } = await run(slackClaim([message, another]));
    expect(files).toEqual([{ messageId, attachments: [{ ...file('b.txt'), bytes: 3, ref: refOf('two') }] }]);
    expect(claim.pending[1]?.event.body).toMatchObject({ content: { attachments: [{ ref: refOf('two') }] } });
  });
});

it('asks nothing of channels where everything is in the event', async () => {
  const { run, deps } = setUp({});
  const claim = aClaim([says('hello'), says('there')]);
  const gathered = await run(claim);
  expect(gathered).toEqual({ claim, names: [], files: [], particulars: {} });
  expect([deps.kept.size, deps.log.lines]).toEqual([0, []]);
});
