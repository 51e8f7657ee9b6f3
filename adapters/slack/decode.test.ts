import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wellFormedText } from '#test/any-text.ts';
import { expectWellFormed } from '#test/contract/channel.ts';
import { cpuMs } from '#test/cpu-time.ts';
import { decodeSlack, inspectSlack, type SlackDecoded, type SlackFacts } from './decode.ts';
import { parsePayload } from './payload.ts';

interface Fixture {
  readonly about: string;
  readonly facts: Omit<SlackFacts, 'receivedAt'>;
  /** JSON as it was sent, or the raw form. */
  readonly payload?: unknown;
  readonly raw?: string;
  readonly expected: {
    readonly events: readonly { readonly at?: string }[];
    /** A part of the reason. Without it there must be none. */
    readonly unsupported?: string;
    readonly effects?: readonly unknown[];
    readonly response?: object;
    readonly team?: string;
    readonly enterprise?: string;
  };
}

const folder = new URL('fixtures/', import.meta.url);
const fixtures = readdirSync(folder).map((file) => {
  const fixture: Fixture = JSON.parse(readFileSync(new URL(file, folder), 'utf8'));
  return { name: file.replace('.json', ''), ...fixture };
});
type Recorded = (typeof fixtures)[number];

const receivedAt = new Date('2024-04-05T20:00:00Z');
const bytesOf = ({ raw, payload }: Fixture): Uint8Array => new TextEncoder().encode(raw ?? JSON.stringify(payload));
const bodyOf = (fixture: Fixture): unknown => {
  const parsed = parsePayload(bytesOf(fixture));
  return parsed.ok ? parsed.body : undefined;
};
const find = (name: string): Recorded => {
  const found = fixtures.find((fixture) => fixture.name === name);
  if (found === undefined) throw new Error(`There is no fixture ${name}.`);
  return found;
};
const decode = (body: unknown, facts: Fixture['facts'] = {}): SlackDecoded =>
  decodeSlack(body, { ...facts, receivedAt });

/** What holds for everything that comes out. */
const expectSound = (decoded: SlackDecoded): void => {
  expectWellFormed({ id: 'slack' }, decoded);
  const said = decoded.events.length > 0 || decoded.response !== undefined || Boolean(decoded.unsupported);
  expect(said).toBe(true);
  for (const { dedupeKey, author, address, externalId = '' } of decoded.events)
    for (const key of [dedupeKey, author.externalId, address.space, address.thread, externalId])
      expect(key.length).toBeLessThan(700);
  expect(JSON.stringify(decoded.events)).not.toMatch(
    /<(?:@[UW][A-Z0-9]+|!here|!channel|!everyone|!subteam\^[A-Z0-9]+)(?:\|[^<>]*)?>/,
  );
};

describe('recorded payloads', () => {
  it('are many', () => {
    expect(fixtures.length).toBeGreaterThan(60);
  });

  it.each(fixtures)('$name: $about', (fixture) => {
    const { expected, facts } = fixture;
    const decoded = decode(bodyOf(fixture), facts);
    expectSound(decoded);
    const events = decoded.events.map((event) => ({ ...event, at: event.at.toISOString() }));
    expect(events).toHaveLength(expected.events.length);
    expect(events).toMatchObject(expected.events);
    if (expected.unsupported === undefined) expect(decoded.unsupported).toBeUndefined();
    else expect(decoded.unsupported).toContain(expected.unsupported);
    if (expected.effects !== undefined) expect(decoded.effects).toEqual(expected.effects);
    if (expected.response === undefined) expect(decoded.response).toBeUndefined();
    else expect(decoded.response).toMatchObject(expected.response);
    if (expected.team !== undefined) expect(decoded.team).toBe(expected.team);
    if (expected.enterprise !== undefined) expect(decoded.enterprise).toBe(expected.enterprise);
  });

  it.each(fixtures)('$name is the same for inspect, without any settings', async (fixture) => {
    const inspected = await inspectSlack(bytesOf(fixture), fixture.facts.config);
    expectWellFormed({ id: 'slack' }, inspected);
    expect(inspected.events.length > 0 || Boolean(inspected.unsupported)).toBe(true);
    expect(Object.keys(inspected).every((name) => ['events', 'unsupported'].includes(name))).toBe(true);
  });
});

const optional = ['authorizations', 'context_team_id', 'context_enterprise_id', 'is_ext_shared_channel', 'event_id'];
const optionalInEvent = ['team', 'client_msg_id', 'blocks', 'channel_type', 'event_ts', 'user_profile', 'source_team'];

const without = (fixture: Fixture, names: readonly string[]): unknown => {
  const body = structuredClone(bodyOf(fixture));
  if (typeof body !== 'object' || body === null || !('event' in body)) return body;
  const { event } = body;
  for (const name of names) {
    Reflect.deleteProperty(body, name);
    if (typeof event === 'object' && event !== null) Reflect.deleteProperty(event, name);
  }
  return body;
};

const [keyOf, ofDeliveries] = [
  (decoded: SlackDecoded) => decoded.events.map(({ dedupeKey }) => dedupeKey),
  (names: readonly string[]) => names.map((name) => decode(bodyOf(find(name)), find(name).facts)),
];

describe('one message', () => {
  it('has one key, however and how often it is delivered', () => {
    const keys = ofDeliveries(['message-mention', 'app-mention', 'message-retry-other-event-id']).map(keyOf);
    expect(new Set(keys.flat()).size).toBe(1);
    const shared = find('message-file-share');
    expect(keyOf(decode(without(shared, ['subtype']), shared.facts))).toEqual(
      keyOf(decode(bodyOf(shared), shared.facts)),
    );
  });

  it('is the same as message and as app_mention', () => {
    const [message, mention] = ofDeliveries(['message-retry-other-event-id', 'app-mention']);
    expect(mention?.events).toEqual(message?.events);
  });

  it('keeps key, place and words without the fields that Slack leaves out at times', () => {
    const messages = fixtures.filter(({ name, expected }) => /^message-/.test(name) && expected.events.length > 0);
    expect(messages.length).toBeGreaterThan(15);
    fc.assert(
      fc.property(fc.constantFrom(...messages), fc.subarray([...optional, ...optionalInEvent]), (fixture, names) => {
        // What the envelope calls its team may be the author's: the key stands on the one that we hear through.
        const needed = ['context_team_id', ...(/blocks-only|table/.test(fixture.name) ? ['blocks'] : [])];
        const kept = names.filter((name) => !needed.includes(name));
        const [event] = decode(without(fixture, kept), fixture.facts).events;
        const [whole] = decode(bodyOf(fixture), fixture.facts).events;
        expect(event?.dedupeKey).toBe(whole?.dedupeKey);
        expect(event?.address.thread).toBe(whole?.address.thread);
        expect(event?.body).toEqual(whole?.body);
      }),
    );
  });
});

describe('settings', () => {
  it('say how long messages of one author belong together', () => {
    const { facts, ...fixture } = find('message-mention');
    const config = { ...facts.config, mergeSeconds: 5 };
    const [event] = decode(bodyOf({ ...fixture, facts }), { ...facts, config }).events;
    expect(event?.joinsWithinMs).toBe(5_000);
  });

  it('can leave Slack to the desk alone: nothing of customers becomes an event', () => {
    for (const fixture of fixtures.filter(({ name }) => !/^(?:desk|form|button-claim)/.test(name))) {
      const { facts } = fixture;
      const decoded = decode(bodyOf(fixture), { ...facts, config: { ...facts.config, customers: false } });
      expect(decoded.events, fixture.name).toEqual([]);
      expect(decoded.unsupported, fixture.name).toBeTruthy();
      expect(decoded.effects.filter(({ kind }) => kind === 'show-home' || kind === 'suggest-prompts')).toEqual([]);
    }
  });
});

describe('several actions at once', () => {
  it('are one event each, and the others are named', () => {
    const fixture = find('button-human');
    const body = structuredClone(bodyOf(fixture));
    const vote = { type: 'feedback_buttons', action_id: 'feedback', value: 'positive', action_ts: '1712345691.000100' };
    const actions = [{ type: 'button', action_id: 'human' }, vote, { type: 'button', action_id: 'other' }, 7];
    const decoded = decode({ ...Object(body), actions }, fixture.facts);
    expect(decoded.events.map((event) => event.body.kind)).toEqual(['action', 'feedback']);
    expect(decoded.unsupported).toContain('other');
  });

  it('may be chosen from a menu', () => {
    const menu = { type: 'overflow', action_id: 'more', selected_option: { value: 'resolve' }, action_ts: '1.1' };
    const decoded = decode({ ...Object(bodyOf(find('button-claim'))), actions: [menu] });
    expect(decoded.events).toMatchObject([{ body: { action: 'resolve' }, attention: 'desk' }]);
  });
});

describe('a form', () => {
  it('may hold rich text', () => {
    const body = structuredClone(Object(bodyOf(find('form-reply'))));
    const words = { type: 'rich_text_section', elements: [{ type: 'text', text: 'Done', style: { bold: true } }] };
    const rich_text_value = { type: 'rich_text', elements: [words] };
    body.view.state.values = { text: { text: { type: 'rich_text_input', rich_text_value } } };
    expect(decode(body).events).toMatchObject([{ body: { content: { markdown: '**Done**' } } }]);
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
  fc.constantFrom<unknown>(
    null,
    0,
    -1,
    1e300,
    true,
    '',
    [],
    {},
    '\0',
    '\ud800',
    '<!channel>',
    '<@U0ANN>',
    ['a'],
    'T0X',
  ),
  fc.constantFrom<unknown>('9'.repeat(80), 'U'.repeat(5_000), { type: 'rich_text', elements: [null] }, '99999999999.9'),
  wellFormedText(20),
  fc.jsonValue({ maxDepth: 2 }),
);

describe('whatever comes', () => {
  it('never throws, and gives events, a reason or an answer', () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.anything()), (body) => expectSound(decode(body, { botUserId: 'U0BOT' }))),
      { numRuns: 500 },
    );
  });

  it('never throws for payloads that are a little or very wrong', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...fixtures),
        fc.array(fc.nat({ max: 25 }), { minLength: 20, maxLength: 60 }),
        fc.array(strange, { minLength: 1, maxLength: 6 }),
        (fixture, choices, values) => {
          let step = 0;
          const choose = () => choices[step++ % choices.length] ?? 1;
          const body = mutated(bodyOf(fixture), choose, () => values[step++ % values.length]);
          expectSound(decode(body, fixture.facts));
        },
      ),
      { numRuns: 2_000 },
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
          const inspected = await inspectSlack(bytes);
          expect(inspected.events.length > 0 || Boolean(inspected.unsupported)).toBe(true);
        },
      ),
    );
  });

  it('is not slowed down by hostile texts', () => {
    const fixture = find('message-mention');
    const body = Object(bodyOf(fixture));
    const texts = ['*a ', '<', '<@', '<!date^', '`', '```', '&gt;', ' ', '~x', '<@U0BOT>', '\n• ', '<<!here>'];
    for (const piece of texts) {
      const text = piece.repeat(40_000 / piece.length);
      const started = cpuMs();
      expectSound(decode({ ...body, event: { ...body.event, text } }, fixture.facts));
      expect(cpuMs() - started, piece).toBeLessThan(3_000);
    }
    const bold = { type: 'text', text: `a${' '.repeat(100_000)}b`, style: { bold: true } };
    const elements = [{ type: 'rich_text_section', elements: [bold] }];
    const started = cpuMs();
    expectSound(decode({ ...body, event: { ...body.event, text: '', blocks: [{ type: 'rich_text', elements }] } }));
    expect(cpuMs() - started).toBeLessThan(3_000);
  });

  it('takes no vote from an emoji that is called like something that every object has', () => {
    const body = Object(bodyOf(find('reaction-up')));
    for (const reaction of ['constructor', 'valueof', 'toString'])
      expect(decode({ ...body, event: { ...body.event, reaction } }).events).toEqual([]);
  });
});
