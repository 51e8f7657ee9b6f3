import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { InboundEvent } from '#core/message.ts';
import { wellFormedText } from '#test/any-text.ts';
import { expectWellFormed } from '#test/contract/channel.ts';
import type { TeamsConfig } from './config.ts';
import { decodeTeams, inspectTeams, type TeamsDecoded } from './decode.ts';
import { parseFileRef } from './file-ref.ts';

interface Fixture {
  readonly about: string;
  readonly config: Partial<TeamsConfig>;
  readonly payload: { readonly [key: string]: unknown };
  readonly expected: {
    readonly events: readonly object[];
    /** A part of the reason. Without it there must be none. */
    readonly unsupported?: string;
    readonly refusal?: string;
    readonly effects?: readonly unknown[];
    readonly invoke?: unknown;
    readonly reference?: unknown;
    readonly tenantId?: string;
    readonly staleCard?: true;
    /** What the references of the attachments stand for. */
    readonly files?: readonly unknown[];
    /** Fields that the event, and its body, must not have. */
    readonly absent?: readonly string[];
    readonly absentInBody?: readonly string[];
  };
}

const folder = new URL('fixtures/', import.meta.url);
const fixtures = readdirSync(folder).map((file) => {
  const fixture: Fixture = JSON.parse(readFileSync(new URL(file, folder), 'utf8'));
  return { name: file.replace('.json', ''), ...fixture };
});
type Recorded = (typeof fixtures)[number];

const receivedAt = new Date('2025-12-12T20:00:00Z');
const decode = (payload: unknown, config: Partial<TeamsConfig> = {}): TeamsDecoded =>
  decodeTeams(payload, { config, receivedAt });
const find = (name: string): Recorded => {
  const found = fixtures.find((fixture) => fixture.name === name);
  if (found === undefined) throw new Error(`There is no fixture ${name}.`);
  return found;
};
const textOf = ({ body }: InboundEvent): string => ('content' in body ? body.content.markdown : '');
const filesOf = ({ body }: InboundEvent) => ('content' in body ? body.content.attachments : []);

/** What holds for everything that comes out. */
const expectSound = (decoded: TeamsDecoded): void => {
  expectWellFormed({ id: 'teams' }, decoded);
  expect(decoded.events.length > 0 || Boolean(decoded.unsupported)).toBe(true);
  for (const { dedupeKey, author, address, externalId = '' } of decoded.events)
    for (const key of [dedupeKey, author.externalId, address.space, address.thread, externalId])
      expect(key.length).toBeLessThan(1_200);
  // Marks of the conversion stay inside; what somebody types into a card is not converted.
  for (const event of decoded.events) if (event.unseen !== true) expect(textOf(event)).not.toMatch(/[\ue000-\ue01f]/);
};

describe('recorded activities', () => {
  it('are many', () => {
    expect(fixtures.length).toBeGreaterThan(90);
  });

  it.each(fixtures)('$name: $about', ({ payload, config, expected }) => {
    const decoded = decode(payload, config);
    expectSound(decoded);
    const events = decoded.events.map((event) => ({ ...event, at: event.at.toISOString() }));
    expect(events).toHaveLength(expected.events.length);
    expect(events).toMatchObject(expected.events);
    for (const [part, reason] of [
      [expected.unsupported, decoded.unsupported],
      [expected.refusal, decoded.refusal],
    ]) {
      if (part === undefined) expect(reason).toBeUndefined();
      else expect(reason).toContain(part);
    }
    expect(decoded.staleCard).toBe(expected.staleCard);
    if (expected.effects !== undefined) expect(decoded.effects).toEqual(expected.effects);
    if (expected.invoke !== undefined) expect(decoded.invoke).toEqual(expected.invoke);
    expect(decoded.invoke === undefined).toBe(payload.type !== 'invoke');
    if (expected.reference !== undefined) expect(decoded.reference).toEqual(expected.reference);
    if (expected.tenantId !== undefined) expect(decoded.tenantId).toBe(expected.tenantId);
    if (expected.files !== undefined)
      expect(decoded.events.flatMap(filesOf).map(({ ref }) => parseFileRef(ref))).toEqual(expected.files);
    for (const event of decoded.events) {
      for (const name of expected.absent ?? []) expect(event).not.toHaveProperty(name);
      for (const name of expected.absentInBody ?? []) expect(event.body).not.toHaveProperty(name);
    }
  });
});

const messages = fixtures.filter(({ payload, expected }) => payload.type === 'message' && expected.events.length > 0);

describe('one message', () => {
  it('has one key, however and how often it is delivered', () => {
    fc.assert(
      fc.property(fc.constantFrom(...messages), ({ payload, config }) => {
        const again = decode(structuredClone(payload), config);
        expect(again.events).toEqual(decode(payload, config).events);
        const later = decode({ ...payload, timestamp: '2026-01-01T00:00:00Z', localTimestamp: 'x' }, config);
        expect(later.events.map(({ dedupeKey }) => dedupeKey)).toEqual(again.events.map(({ dedupeKey }) => dedupeKey));
      }),
    );
  });

  it('keeps key, place and words without the fields that clients leave out at times', () => {
    const optional = ['timestamp', 'localTimestamp', 'locale', 'localTimezone', 'textFormat', 'channelId'];
    fc.assert(
      fc.property(
        fc.constantFrom(...messages.filter(({ name }) => name !== 'personal-xml')),
        fc.subarray(optional),
        ({ payload, config }, names) => {
          const kept = Object.fromEntries(Object.entries(payload).filter(([name]) => !names.includes(name)));
          const [event] = decode(kept, config).events;
          const [whole] = decode(payload, config).events;
          expect(event?.dedupeKey).toBe(whole?.dedupeKey);
          expect(event?.address).toEqual(whole?.address);
          expect(event?.body).toEqual(whole?.body);
        },
      ),
    );
  });

  it('says the same with and without its HTML', () => {
    for (const name of ['channel-mention', 'channel-reply', 'channel-mention-others', 'group-mention']) {
      const { payload, config } = find(name);
      const { attachments: _, ...bare } = payload;
      expect(decode(bare, config).events.map(textOf), name).toEqual(decode(payload, config).events.map(textOf));
    }
  });
});

describe('an edit', () => {
  it('has a key of its own each time', () => {
    const { payload } = find('edit');
    const keys = ['2025-12-11T05:50:01.5Z', '2025-12-11T05:50:02.5Z'].map(
      (timestamp) => decode({ ...payload, timestamp }).events[0]?.dedupeKey,
    );
    expect(new Set([...keys, decode(find('personal').payload).events[0]?.dedupeKey]).size).toBe(3);
  });

  it('has a stable key of its own where the platform says no time', () => {
    const { timestamp: _, ...payload } = find('edit').payload;
    const keys = ['one', 'one', 'two'].map(
      (text) => decode({ ...payload, text, attachments: [] }).events[0]?.dedupeKey,
    );
    expect(keys[0]).toBe(keys[1]);
    expect(keys[1]).not.toBe(keys[2]);
  });
});

describe('settings', () => {
  it('can leave Teams to the desk alone: nothing of customers becomes an event', () => {
    for (const { name, payload, config } of fixtures.filter((each) => !/^(?:desk|card|submit)-/.test(each.name))) {
      const decoded = decode(payload, { ...config, customers: false });
      expect(decoded.events, name).toEqual([]);
      expect(decoded.unsupported, name).toBeTruthy();
    }
  });

  it('name us where the activity does not', () => {
    const { payload } = find('channel-mention');
    const { recipient: _, ...bare } = payload;
    const appId = '5f3c2d10-9a41-4e57-8b60-0c1d2e3f4a5b';
    const [event] = decode({ ...bare, text: payload.text }, { appId }).events;
    expect(event).toMatchObject({ attention: 'addressed', body: { content: { markdown: 'how do I export?' } } });
  });
});

describe('data of a button', () => {
  const { payload, config } = find('card-claim');
  const press = (data: object, verb?: string) =>
    decode({ ...payload, value: { action: { type: 'Action.Execute', verb, data }, trigger: 'manual' } }, config);

  it('is taken without a version, and refused with another one', () => {
    expect(press({ code: '7F3K' }, 'claim').events).toMatchObject([{ body: { action: 'claim', value: '7F3K' } }]);
    for (const v of [0, 2, '1', true]) {
      const decoded = press({ verb: 'claim', v });
      expect(decoded).toMatchObject({ events: [], staleCard: true, invoke: { kind: 'card', isDesk: true } });
      expect(decoded.unsupported).toBeTruthy();
    }
  });

  it('takes the first of several people that were picked, and no words for one', () => {
    expect(press({ person: 'aa-1, bb-2', v: 1 }, 'reassign').events).toMatchObject([
      { body: { person: { externalId: expect.stringMatching(/:aa-1$/) } } },
    ]);
    expect(press({ person: 'Ben Ortiz', v: 1 }, 'reassign')).toMatchObject({
      events: [],
      refusal: expect.stringContaining('Choose somebody'),
    });
  });

  it('is a note by what its field is called, or any text', () => {
    const events = press({ text: 'asks again', v: 1 }, 'note').events;
    expect(events).toMatchObject([{ body: { kind: 'message', internal: true, content: { markdown: 'asks again' } } }]);
    expect(press({ note: ' ', text: 'A suggested reply', v: 1 }, 'note').refusal).toContain('Write the note');
  });

  it('may vote, on cards that ask', () => {
    const events = press({ value: 'negative', v: 1 }, 'feedback').events;
    expect(events).toMatchObject([{ body: { kind: 'feedback', score: -1, of: '1765432000500' } }]);
    expect(press({ value: 'constructor', v: 1 }, 'feedback').events).toEqual([]);
  });

  it('may come as JSON in a message', () => {
    const submitted = { ...find('submit-claim').payload, value: '{"verb":"resolve","code":"7F3K","v":1}' };
    expect(decode(submitted, config).events).toMatchObject([{ body: { kind: 'action', action: 'resolve' } }]);
  });

  it('does not hide what somebody wrote', () => {
    const decoded = decode({ ...find('personal').payload, value: { locale: 'en' } });
    expect(decoded.events.map(textOf)).toEqual(['hello']);
  });
});

describe('inspect', () => {
  const bytes = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
  const { payload } = find('personal');
  const request = { headers: { authorization: 'Bearer x' }, body: payload };

  it.each<[string, unknown, number]>([
    ['a bare activity', payload, 1],
    ['a list', [payload, find('channel-mention').payload, find('typing').payload], 2],
    ['a recorded request', request, 1],
    ['a recorded request with its body as text', { ...request, body: JSON.stringify(payload) }, 1],
    ['recorded requests', [request, request], 2],
    ['a request in a request', { request }, 1],
    ['an activity in an entry', [{ activity: payload }], 1],
    ['a fixture', find('personal'), 1],
  ])('takes %s', async (_, value, count) => {
    expect((await inspectTeams(bytes(value))).events).toHaveLength(count);
  });

  it('takes one activity on each line', async () => {
    const lines = new TextEncoder().encode(`\ufeff${JSON.stringify(payload)}\r\n${JSON.stringify(request)}\n`);
    expect((await inspectTeams(lines)).events).toHaveLength(2);
  });

  it('says why nothing comes of the others', async () => {
    const { events, unsupported } = await inspectTeams(bytes([find('typing').payload, 7, payload]));
    expect(events).toHaveLength(1);
    expect(unsupported).toBe('somebody is typing; not a Teams payload that we know: no object');
    for (const empty of ['', ' ', '[]', '{', 'null', '{"body":"{"}'])
      expect((await inspectTeams(new TextEncoder().encode(empty))).unsupported, empty).toBeTruthy();
  });

  it('shows what an event is about', async () => {
    const [event] = (await inspectTeams(bytes(find('card-reassign').payload))).events;
    expect(event?.inspect).toMatchObject({ attention: 'desk', action: 'reassign', value: '7F3K' });
    const [file] = (await inspectTeams(bytes(find('personal-file').payload))).events;
    expect(file?.inspect).toMatchObject({ attachments: [{ name: 'invoice.pdf', mime: 'application/pdf' }] });
    expect(JSON.stringify(file?.inspect)).not.toContain('teams:');
  });
});

/** Replaces values deep within a payload by others. */
const mutated = (value: unknown, choose: () => number, strange: () => unknown): unknown => {
  if (choose() === 0) return strange();
  if (Array.isArray(value)) return value.map((entry) => mutated(entry, choose, strange));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, mutated(entry, choose, strange)]));
};

const strange = fc.oneof(
  fc.constantFrom<unknown>(null, 0, -1, 1e300, true, '', [], {}, '\0', '\ud800', '<at>', '</at><at>', '<at>a</at>', [
    'a',
  ]),
  fc.constantFrom<unknown>(
    '9'.repeat(80),
    'U'.repeat(5_000),
    '<p>a<b>\ud800</p>',
    '+275760-09-13',
    '\ue010',
    '[](<',
    '&#0;&#xd800;',
  ),
  wellFormedText(20),
  fc.jsonValue({ maxDepth: 2 }),
);

describe('whatever comes', () => {
  it('never throws, and gives events or a reason', () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.anything()), (value) => expectSound(decode(value))),
      { numRuns: 500 },
    );
  });

  it('never throws for activities that are a little or very wrong', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...fixtures),
        fc.array(fc.nat({ max: 25 }), { minLength: 20, maxLength: 60 }),
        fc.array(strange, { minLength: 1, maxLength: 6 }),
        ({ payload, config }, choices, values) => {
          let step = 0;
          const choose = () => choices[step++ % choices.length] ?? 1;
          expectSound(
            decode(
              mutated(payload, choose, () => values[step++ % values.length]),
              config,
            ),
          );
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('takes words of any kind, as text and as HTML', () => {
    const { payload } = find('channel-mention');
    const piece = fc.oneof(
      fc.constantFrom(
        '<at>',
        '</at>',
        'Frontdesk',
        '<p>',
        '</p>',
        '<blockquote>',
        '<table><tr><td>',
        '</table>',
        '<li>',
      ),
      fc.constantFrom(
        '<pre>',
        '</pre>',
        '<a href="http://x">',
        '&nbsp;',
        '<img alt="🙂">',
        '\n',
        '<span itemtype="http://schema.skype.com/Mention">',
      ),
      wellFormedText(10),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const text = pieces.join('');
        expectSound(decode({ ...payload, text, attachments: [] }));
        expectSound(decode({ ...payload, text: '', attachments: [{ contentType: 'text/html', content: text }] }));
      }),
      { numRuns: 500 },
    );
  });

  it('takes bytes of any kind', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.uint8Array({ maxLength: 300 }),
          fc.string().map((text) => Buffer.from(text)),
        ),
        async (bytes) => {
          const inspected = await inspectTeams(bytes);
          expect(inspected.events.length > 0 || Boolean(inspected.unsupported)).toBe(true);
        },
      ),
    );
  });

  it('is not brought to a halt by hostile texts', () => {
    const { payload } = find('channel-mention');
    const pieces = [
      '<at>',
      '</at>',
      '<at><at>',
      '<',
      '<at ',
      '\ue010 ',
      ' ',
      '&nbsp;',
      '<b>',
      '<div>',
      '<blockquote>',
      '<ul><li>',
    ];
    for (const piece of [
      ...pieces,
      '<table><tr><td>',
      '<td>a</td>',
      '<p>a</p>',
      '<a href="http://x">',
      '<pre>',
      '`',
      '<s>a',
      'a\n',
    ]) {
      const text = piece.repeat(28_000 / piece.length);
      expectSound(decode({ ...payload, text, attachments: [] }));
      expectSound(decode({ ...payload, attachments: [{ contentType: 'text/html', content: `${text}x` }] }));
    }
    // Runs of white space that nothing ends.
    const gap = `a${'\u00a0 '.repeat(45_000)}b`;
    for (const content of [
      `<pre><code>${gap}</code></pre>`,
      `<table><tr><td>${gap}</td></tr></table>`,
      `<p>${gap}</p>`,
    ]) {
      expectSound(decode({ ...payload, text: gap, attachments: [] }));
      expectSound(decode({ ...payload, attachments: [{ contentType: 'text/html', content }] }));
    }
  });

  it('quotes a few messages, however many are named', () => {
    const { payload } = find('edit');
    const preview = '<p>'.repeat(3_000);
    const entities = Array.from({ length: 90 }, (_, n) => ({
      type: 'quotedReply',
      quotedReply: { senderName: `Person ${n}`, preview: `Words ${n} ${preview}` },
    }));
    const { events } = decode({ ...payload, text: 'What of these?', attachments: [], entities });
    const words = events.map(textOf).join('');
    expect(words).toContain('Words 4');
    expect(words).not.toContain('Words 5');
    expect(words).toContain('What of these?');
  });
});
