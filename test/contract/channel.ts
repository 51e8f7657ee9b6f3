import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChannelAdapter, Decoded, Delivery } from '#core/channel.ts';
import type { Outbound } from '#core/message.ts';

/** A channel with a platform behind it, for the suite to try. */
export interface ChannelUnderTest extends AsyncDisposable {
  readonly adapter: ChannelAdapter;
  /** A customer's message as the platform delivers it. */
  readonly inbound: Delivery;
  /** A message of ours that the platform will take. */
  readonly outbound: Outbound;
  /** Arbitrary bytes in the shape of this channel's deliveries. */
  readonly delivery: (bytes: Uint8Array) => Delivery;
}

const sha256 = (bytes: Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** What must hold for everything that any adapter decodes. */
export const expectWellFormed = (adapter: Pick<ChannelAdapter, 'id'>, decoded: Decoded): void => {
  const blobs = new Map((decoded.blobs ?? []).map(({ ref, bytes }) => [ref, bytes]));
  for (const [ref, bytes] of blobs) expect(ref).toBe(sha256(bytes));
  for (const event of decoded.events) {
    expect(event.dedupeKey).not.toBe('');
    expect(event.address.channel).toBe(adapter.id);
    expect(event.address.space).not.toBe('');
    expect(event.address.thread).not.toBe('');
    expect(event.author.externalId).not.toBe('');
    expect(Number.isNaN(event.at.getTime())).toBe(false);
    for (const value of [event.address.state, event.inspect]) {
      if (value !== undefined) expect(JSON.parse(JSON.stringify(value))).toEqual(value);
    }
    // PostgreSQL stores neither of them.
    expect(JSON.stringify(event)).not.toContain('\\u0000');
    expect(JSON.stringify(event)).not.toMatch(/\\ud[89a-f][0-9a-f]{2}/);
    if (event.body.kind !== 'message' && event.body.kind !== 'edit') continue;
    for (const { ref, bytes, name } of event.body.content.attachments) {
      expect(name).not.toBe('');
      if (ref.startsWith('sha256:')) expect(blobs.get(ref)?.byteLength).toBe(bytes);
    }
  }
};

/** The suite that every channel adapter passes. */
export const describeChannelContract = (name: string, open: () => Promise<ChannelUnderTest>): void => {
  describe(`${name} as a channel`, () => {
    let channel: ChannelUnderTest;
    beforeAll(async () => {
      channel = await open();
    });
    afterAll(async () => {
      await channel[Symbol.asyncDispose]();
    });

    it('describes what it can show', () => {
      const { capabilities } = channel.adapter;
      expect(capabilities.maxChars).toBeGreaterThanOrEqual(100);
      expect(capabilities.settleMs).toBeGreaterThanOrEqual(0);
      expect(capabilities.settleMs).toBeLessThanOrEqual(10_000);
      if (capabilities.streaming) expect(channel.adapter.present).toBeDefined();
    });

    it('translates a message, the same way each time it is delivered', async () => {
      const received = await channel.adapter.receive(channel.inbound);
      expectWellFormed(channel.adapter, received);
      expect(received.events.length).toBeGreaterThan(0);
      expect(received.events.map(({ body }) => body.kind)).toContain('message');
      const again = await channel.adapter.receive(channel.inbound);
      expect(again.events.map(({ dedupeKey }) => dedupeKey)).toEqual(received.events.map(({ dedupeKey }) => dedupeKey));
      expect(again.events.map(({ address }) => address.thread)).toEqual(
        received.events.map(({ address }) => address.thread),
      );
    });

    it('never throws on garbage, and gives a reason when nothing comes of it', async () => {
      await fc.assert(
        fc.asyncProperty(fc.oneof(fc.uint8Array({ maxLength: 2_000 }), textBytes), async (bytes) => {
          const received = await channel.adapter.receive(channel.delivery(bytes));
          expectWellFormed(channel.adapter, received);
          if (received.events.length > 0) return;
          const refused = 'status' in received.response && received.response.status >= 400;
          expect(received.unsupported ?? received.quarantine ?? (refused ? 'refused' : undefined)).toBeTruthy();
        }),
        { numRuns: 300 },
      );
    });

    it('sends with an id that a second try repeats', async () => {
      const { signal } = new AbortController();
      const first = await channel.adapter.send(channel.outbound, signal);
      expect(first).toMatchObject({ ok: true, externalId: expect.stringMatching(/./) });
      const second = await channel.adapter.send(channel.outbound, signal);
      expect(second).toMatchObject({ ok: true, externalId: first.ok ? first.externalId : '' });
      if (first.ok) expect(first.address.channel).toBe(channel.adapter.id);
    });

    it('finds what it sent, where the platform can be searched', async () => {
      if (channel.adapter.find === undefined) return;
      const { signal } = new AbortController();
      const sent = await channel.adapter.send(channel.outbound, signal);
      const found = await channel.adapter.find(channel.outbound, signal);
      expect(found?.externalId).toBe(sent.ok ? sent.externalId : '');
    });

    it('ends listening when it is told to', async () => {
      const stopped = AbortSignal.abort();
      for await (const delivery of channel.adapter.listen?.(stopped) ?? []) expect(delivery).toBeUndefined();
    });

    it('says how it is', async () => {
      const health = await channel.adapter.check?.(AbortSignal.timeout(10_000));
      if (health !== undefined) expect(health.detail).not.toBe('');
    });
  });
};

/** Bytes that look a little like a payload get further into a decoder than noise does. */
const textBytes = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        'From: a@b.example\r\n',
        'Subject: =?utf-8?Q?a=0D=0AX:?=\r\n',
        '\r\n',
        '{"type":"event_callback"}',
        '--b\r\n',
      ),
      fc.constantFrom(
        'Content-Type: multipart/mixed; boundary=b\r\n',
        'Content-Type: message/rfc822\r\n',
        '\0',
        '\ud800',
        '> ',
      ),
      fc.string({ unit: 'binary', maxLength: 60 }),
    ),
    { maxLength: 30 },
  )
  .map((pieces) => Buffer.from(pieces.join('')));
