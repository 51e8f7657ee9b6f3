import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ConversationId, MessageId, Outbound } from '#core/message.ts';
import { adaptiveCardProblems } from '#test/adaptive-card-problems.ts';
import { wellFormedText } from '#test/any-text.ts';
import { type EncodeOptions, encodeMessage } from './encode.ts';
import { adaptiveCardType, maxActivityBytes, sizeOf, type TeamsActivity } from './outbound-activity.ts';
import { encodeWelcome } from './welcome.ts';

const message: Outbound = {
  id: '41',
  conversationId: '7' as ConversationId,
  messageId: '9' as MessageId,
  address: { channel: 'teams', space: '19:acme@thread.tacv2', thread: '1700000000000' },
  author: { role: 'bot', externalId: 'frontdesk', name: 'Frontdesk' },
  content: { markdown: 'It takes **five** days [1].', attachments: [] },
  meta: {
    kind: 'answer',
    citations: [{ n: 1, documentId: 'd1', title: 'Refunds', url: 'https://acme.example/refunds', text: 'Five days.' }],
  },
  actions: [],
};
const file = { name: 'a [b](c).pdf', mime: 'application/pdf', bytes: 1, ref: 'sha256:0' };
const offer: Partial<Outbound> = {
  meta: { kind: 'ask-back' },
  content: { markdown: 'I could not find it. Shall I bring in a **colleague**?', attachments: [] },
  actions: [{ id: 'human', label: 'Jemanden dazuholen' }],
};

const cardsOf = ({ attachments = [] }: TeamsActivity) =>
  attachments.filter(({ contentType }) => contentType === adaptiveCardType).map(({ content }) => content);

/** Encodes, and checks what holds for everything that we send. */
const encoded = (over: Partial<Outbound> = {}, options: EncodeOptions = {}): TeamsActivity => {
  const activity = encodeMessage({ ...message, ...over }, options);
  expect(activity.text === undefined || activity.attachments === undefined || options.isFinalOfStream).toBe(true);
  expect(activity.suggestedActions === undefined || activity.attachments === undefined).toBe(true);
  expect(activity.entities?.length ?? 0).toBeLessThanOrEqual(1);
  expect(cardsOf(activity).flatMap((card) => adaptiveCardProblems(card))).toEqual([]);
  return activity;
};

describe('a message for Teams', () => {
  it('answers with label, sources, thumbs and a way to a person', () => {
    expect(encoded()).toEqual({
      type: 'message',
      text: 'It takes **five** days [1].',
      textFormat: 'markdown',
      suggestedActions: { actions: [{ type: 'imBack', title: 'Talk to a person', value: 'Talk to a person' }] },
      entities: [
        expect.objectContaining({
          type: 'https://schema.org/Message',
          additionalType: ['AIGeneratedContent'],
          citation: [expect.objectContaining({ position: 1 })],
        }),
      ],
      channelData: { feedbackLoop: { type: 'default' } },
    });
  });

  it('ends a stream with its buttons in a card below the text', () => {
    const { text, suggestedActions, attachments, channelData } = encoded({}, { isFinalOfStream: true });
    expect([text, suggestedActions]).toEqual(['It takes **five** days [1].', undefined]);
    expect(attachments).toMatchObject([
      { content: { body: [{ type: 'ActionSet', actions: [{ verb: 'human', data: { verb: 'human', v: 1 } }] }] } },
    ]);
    expect(channelData).toEqual({ feedbackLoop: { type: 'default' } });
  });

  it('gives sources, thumbs and buttons only to the last part of an answer', () => {
    const part = encoded({ meta: { kind: 'answer' } });
    expect(part).not.toHaveProperty('channelData');
    expect(part).not.toHaveProperty('suggestedActions');
    expect(part.entities).toHaveLength(1);
  });

  it('offers a person on a card whose button reaches us everywhere', () => {
    const activity = encoded(offer);
    expect(activity).not.toHaveProperty('text');
    expect(activity).toMatchObject({
      summary: 'I could not find it. Shall I bring in a colleague?',
      attachments: [
        {
          content: {
            actions: [
              {
                type: 'Action.Execute',
                title: 'Jemanden dazuholen',
                verb: 'human',
                fallback: { type: 'Action.Submit', data: { verb: 'human', code: '', v: 1 } },
              },
            ],
          },
        },
      ],
    });
    expect(JSON.stringify(activity.attachments)).toContain('{"type":"TextRun","text":"colleague","weight":"Bolder"}');
    const ended = encoded(offer, { isFinalOfStream: true });
    expect(ended.text).toBe('I could not find it. Shall I bring in a **colleague**?');
    expect(cardsOf(ended)).toHaveLength(1);
  });

  it('says notices and receipts as they are, and asks for a vote with the thumbs', () => {
    const notice = { meta: { kind: 'notice' as const }, content: { markdown: 'Mira has joined.', attachments: [] } };
    expect(encoded(notice)).toEqual({ type: 'message', text: 'Mira has joined.', textFormat: 'markdown' });
    expect(encoded({ ...notice, meta: { kind: 'notice', asks: 'satisfaction' } })).toEqual({
      type: 'message',
      text: 'Mira has joined.',
      textFormat: 'markdown',
      channelData: { feedbackLoop: { type: 'default' } },
    });
  });

  it("shows a person's name and no label", () => {
    const said = (name: string | undefined, markdown: string, attachments: readonly (typeof file)[] = []) =>
      encoded(
        {
          author: { role: 'human', externalId: 'u1', ...(name === undefined ? {} : { name }) },
          content: { markdown, attachments },
          meta: {},
        },
        { files: 'listed' },
      );
    expect(said('Mira *', 'Hello.')).toEqual({
      type: 'message',
      text: '**Mira \\***\n\nHello.',
      textFormat: 'markdown',
    });
    expect(said(undefined, 'Hello.').text).toBe('**Support**\n\nHello.');
    expect(said('Mira', '').text).toBe('**Mira** sent this');
    expect(said('<b>Mira</b>', '', [file]).text).toBe('**&lt;b&gt;Mira&lt;/b&gt;**\n\nFiles: a \\[b\\](c).pdf');
  });

  it('quotes the customer at the desk', () => {
    const author = { role: 'customer', externalId: 'u2', name: 'Ann' } as const;
    expect(encoded({ author, meta: {}, content: { markdown: 'One\n\n- two', attachments: [] } }).text).toBe(
      '**Ann** wrote\n\n> One\n> \n> - two',
    );
  });

  it('draws a desk card, for whoever should see it anew', () => {
    const card = {
      ...{ code: '7F3K', title: 'Where is it?', customer: 'Ann', channel: 'web' as const, why: 'Asked.', tried: [] },
      ...{ waitingSince: '2024-05-02T10:05:00Z', transcript: [], status: 'open' as const },
      actions: [{ id: 'claim' as const, label: 'Claim' }],
    };
    const activity = encoded({ meta: { kind: 'notice', card } }, { refreshFor: ['29:a'] });
    expect(activity).toMatchObject({ type: 'message', summary: 'Where is it?' });
    expect(cardsOf(activity)).toMatchObject([{ refresh: { userIds: ['29:a'] } }]);
    expect(activity).not.toHaveProperty('text');
  });

  it('says the same without extras after Teams refused it', () => {
    expect(encoded({}, { plain: true })).toEqual({
      type: 'message',
      text: 'It takes **five** days [1].',
      textFormat: 'markdown',
    });
  });

  it('cuts nothing: a long offer is a text, and what is too large can be seen', () => {
    const long = encoded({ ...offer, content: { markdown: 'word '.repeat(4_000), attachments: [] } });
    expect(long.text).toBe('word '.repeat(4_000).trim());
    expect(long.suggestedActions?.actions).toHaveLength(1);
    expect(sizeOf(long)).toBeLessThan(maxActivityBytes);
    const huge = encoded({ content: { markdown: 'word '.repeat(10_000), attachments: [] } });
    expect(sizeOf(huge)).toBeGreaterThan(maxActivityBytes);
  });

  it('is valid and mentions nobody, whatever it says', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        ...[
          '# ',
          '> ',
          '- ',
          '1. ',
          '\n',
          '\n\n',
          '```\n',
          '`',
          '**',
          '---\n',
          '[1]',
          '[2]',
          '| a | b |\n|--|--|\n| c | d |\n',
        ],
        ...[
          '<at>Mira</at>',
          '![x](http://e.example)',
          '[x](javascript:x)',
          '{{DATE(',
          '&lt;',
          '\\',
          '"',
          'word ',
          '\n- \n',
        ],
      ),
      wellFormedText(20),
    );
    const role = fc.constantFrom('bot' as const, 'human' as const, 'customer' as const);
    const kind = fc.constantFrom('answer' as const, 'ask-back' as const, 'notice' as const, 'escalate' as const);
    const options = fc.record(
      { isFinalOfStream: fc.boolean(), files: fc.constant('listed' as const), plain: fc.boolean() },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 30 }),
        role,
        kind,
        options,
        fc.integer({ min: 0, max: 9 }),
        (...given) => {
          const [pieces, who, of, how, count] = given;
          const markdown = pieces.join('').slice(0, 12_000);
          const activity = encoded(
            {
              author: { role: who, externalId: 'u1', name: markdown },
              content: { markdown, attachments: [{ ...file, name: markdown }] },
              meta: { ...message.meta, kind: of },
              actions: Array.from({ length: count }, (_, n) => ({ id: `a${n}`, label: markdown })),
            },
            how,
          );
          expect(JSON.stringify(activity)).not.toMatch(/<\/?at\b/i);
          expect((activity.text ?? '').isWellFormed()).toBe(true);
          expect(activity.suggestedActions?.actions.length ?? 0).toBeLessThanOrEqual(3);
        },
      ),
      { numRuns: 300 },
    );
  }, 60_000);
});

describe('the welcome', () => {
  it('offers four questions at most, which are then asked', () => {
    const activity = encodeWelcome('Hello, I am **Frontdesk**.', ['a', '', 'b', 'b', 'c', 'd', 'e']);
    expect(cardsOf(activity).flatMap((card) => adaptiveCardProblems(card))).toEqual([]);
    expect(cardsOf(activity)).toMatchObject([
      { actions: ['a', 'b', 'c', 'd'].map((value) => ({ data: { msteams: { type: 'imBack', value } } })) },
    ]);
    expect(encodeWelcome('Hello.')).toEqual({ type: 'message', text: 'Hello.', textFormat: 'markdown' });
  });
});

describe('the referee', () => {
  it('sees what Teams would not take', () => {
    const card = (body: readonly unknown[], more: object = {}) => ({
      type: 'AdaptiveCard',
      version: '1.5',
      body,
      ...more,
    });
    const block = (text: string) => card([{ type: 'TextBlock', text }]);
    const input = { type: 'Input.Text', id: 'text', label: 'Text' };
    const show = { type: 'Action.ShowCard', title: 'x', card: { type: 'AdaptiveCard', body: [input] } };
    for (const bad of [
      ...[block(''), block('[a](javascript:x)'), block('![a](https://a.example)'), block('<at>A</at>'), block('{{X')],
      ...[
        card([]),
        card([{ type: 'Media' }]),
        card([{ type: 'Input.Text', label: 'x' }]),
        card([input], { version: '1.6' }),
      ],
      ...[
        card([input], { actions: [show] }),
        card([], { actions: [show, show] }),
        card([], { actions: [{ type: 'Action.Http' }] }),
      ],
      ...[block('x'.repeat(60_000)), card([input], { msteams: { entities: [] } })],
    ])
      expect(adaptiveCardProblems(bad)).not.toEqual([]);
    expect(adaptiveCardProblems(card([input]))).toEqual([]);
  });
});
