import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ConversationId, MessageId, Outbound } from '#core/message.ts';
import { wellFormedText } from '#test/any-text.ts';
import { blocksProblems, textFieldProblems } from '#test/slack-block-problems.ts';
import { encodeMessage } from './encode.ts';

const message: Outbound = {
  id: '41',
  conversationId: '7' as ConversationId,
  messageId: '9' as MessageId,
  address: { channel: 'slack', space: 'C0ACME', thread: '1700000000.000100' },
  author: { role: 'bot', externalId: 'frontdesk', name: 'Frontdesk' },
  content: { markdown: 'It takes **five** days [1].', attachments: [] },
  meta: {
    kind: 'answer',
    citations: [
      { n: 1, documentId: 'd1', title: 'Refunds <& more>', url: 'https://acme.example/refunds', text: '' },
      { n: 2, documentId: 'd2', title: 'Notes', text: '' },
    ],
  },
  actions: [],
};
const blocksOf = (over: Partial<Outbound>, options = {}) => encodeMessage({ ...message, ...over }, options).blocks;
const types = (over: Partial<Outbound>, options = {}) => blocksOf(over, options).map(({ type }) => type);
const notice: Partial<Outbound> = { meta: { kind: 'notice' }, content: { markdown: 'Hello.', attachments: [] } };
const file = { name: 'a <b>.pdf', mime: 'application/pdf', bytes: 1, ref: 'sha256:0' };

describe('a message for Slack', () => {
  it('can be found again', () => {
    expect(encodeMessage(message)).toMatchObject({
      metadata: { event_type: 'frontdesk_message', event_payload: { outbox: '41' } },
    });
  });

  it('answers with linked citations, sources, feedback and a way to a person', () => {
    const { text, blocks } = encodeMessage(message);
    expect(text).toContain(
      'It takes five days [1].\n\nSources:\n[1] Refunds &lt;&amp; more&gt; https://acme.example/refunds',
    );
    expect(blocksProblems(blocks)).toEqual([]);
    expect(blocks.map(({ type }) => type)).toEqual(['rich_text', 'context', 'context_actions', 'actions']);
    expect(JSON.stringify(blocks[0])).toContain('{"type":"link","url":"https://acme.example/refunds","text":"[1]"}');
    expect(blocks[1]).toMatchObject({
      elements: [{ text: 'Sources: [1] <https://acme.example/refunds|Refunds &lt;&amp; more&gt;> · [2] Notes' }],
    });
    expect(blocks[2]).toMatchObject({
      elements: [
        {
          type: 'feedback_buttons',
          action_id: 'feedback',
          positive_button: { value: 'positive' },
          negative_button: { value: 'negative' },
        },
      ],
    });
    expect(blocks[3]).toMatchObject({
      elements: [{ action_id: 'human', value: 'human', text: { text: 'Talk to a person' } }],
    });
  });

  it('asks whether a closed case is solved, with two clear answers', () => {
    const blocks = blocksOf({ meta: { kind: 'notice', asks: 'satisfaction' } });
    expect(blocksProblems(blocks)).toEqual([]);
    expect(blocks.at(-1)).toMatchObject({
      elements: [
        {
          type: 'feedback_buttons',
          positive_button: { text: { text: 'Yes, solved' }, value: 'positive' },
          negative_button: { text: { text: 'Not yet' }, value: 'negative' },
        },
      ],
    });
  });

  it("offers a person once, in the action's own words", () => {
    const actions = [
      { id: 'human', label: 'Mit jemandem sprechen' },
      { id: 'again', label: '' },
    ];
    expect(blocksOf({ actions }).at(-1)).toMatchObject({
      elements: [
        { action_id: 'human', text: { text: 'Mit jemandem sprechen' } },
        { action_id: 'again', value: 'again' },
      ],
    });
  });

  it('gives buttons only to the last part of an answer', () => {
    expect(types({ meta: { kind: 'answer' } })).toEqual(['rich_text']);
  });

  it('asks back with its own actions alone', () => {
    expect(types({ meta: { kind: 'ask-back' } })).toEqual(['rich_text']);
    const asking = { meta: { kind: 'ask-back' as const }, actions: [{ id: 'human', label: 'Yes, please' }] };
    expect(types(asking)).toEqual(['rich_text', 'actions']);
  });

  it('says notices, hand-overs and receipts as they are', () => {
    expect(types(notice)).toEqual(['rich_text']);
    expect(types({ meta: { kind: 'escalate' } })).toEqual(['rich_text']);
    expect(types({ meta: { receipt: { of: 'C0DESK:1.2', ok: false } } })).toEqual(['rich_text']);
  });

  it('shows who of the team speaks', () => {
    const encoded = encodeMessage({
      ...message,
      ...notice,
      author: { role: 'human', externalId: 'U1', name: 'Mira*' },
      meta: {},
    });
    expect(encoded.text).toBe('Mira*: Hello.');
    expect(encoded.blocks).toMatchObject([
      { type: 'context', elements: [{ text: '*Mira∗* from support' }] },
      { type: 'rich_text', elements: [{ type: 'rich_text_section' }] },
    ]);
  });

  it('quotes the customer at the desk', () => {
    const encoded = encodeMessage({
      ...message,
      ...notice,
      author: { role: 'customer', externalId: 'U2', name: 'Ann' },
      meta: {},
    });
    expect(encoded.text).toBe('Ann: Hello.');
    expect(encoded.blocks).toMatchObject([
      { type: 'context', elements: [{ text: '*Ann* wrote' }] },
      { type: 'rich_text', elements: [{ type: 'rich_text_quote' }] },
    ]);
  });

  it('names files when asked, and is nothing without words', () => {
    const only = { ...notice, content: { markdown: ' ', attachments: [file] } };
    expect(encodeMessage({ ...message, ...only })).toMatchObject({ text: '', blocks: [] });
    expect(encodeMessage({ ...message, ...only }, { files: 'listed' })).toMatchObject({
      text: 'Files: a &lt;b&gt;.pdf',
      blocks: [{ type: 'context', elements: [{ type: 'plain_text', text: 'Files: a <b>.pdf' }] }],
    });
  });

  it('says who speaks also where there is no name, and who sends files without words', () => {
    const said = (role: 'customer' | 'human', markdown: string, name?: string) =>
      encodeMessage({
        ...message,
        author: { role, externalId: 'U2', ...(name === undefined ? {} : { name }) },
        content: { markdown, attachments: [] },
        meta: {},
      });
    expect(said('customer', 'Hello.').text).toBe('The customer: Hello.');
    expect(said('human', 'Hello.').text).toBe('Support: Hello.');
    expect(said('customer', ' ')).toMatchObject({ text: 'The customer sent this', blocks: [] });
    expect(said('human', '', '<!channel>').text).toBe('&lt;!channel&gt; sent this');
  });

  it('draws a card and describes it in the text', () => {
    const card = {
      ...{ code: '7F3K', title: 'Where is it?', customer: 'Ann', channel: 'web' as const, why: 'Asked.', tried: [] },
      ...{ waitingSince: '2024-05-02T10:05:00Z', transcript: [], status: 'open' as const },
      actions: [{ id: 'claim' as const, label: 'Claim' }],
    };
    const over = { meta: { kind: 'notice' as const, card }, content: { markdown: '', attachments: [] } };
    const encoded = encodeMessage({ ...message, ...over }, { homeUrl: 'https://desk.acme.example' });
    expect(encoded.text).toBe('Where is it?');
    expect(encoded.blocks[0]).toMatchObject({ type: 'header', text: { text: 'Where is it?' } });
    expect(JSON.stringify(encoded.blocks)).toContain('https://desk.acme.example/console');
  });

  it('says the same without structure after Slack refused it', () => {
    const over = { content: { markdown: '# Title\n\n- one **two** [1]', attachments: [] } };
    expect(blocksOf(over, { plain: true })).toMatchObject([
      { elements: [{ type: 'rich_text_section', elements: [{ text: 'Title\n\n- one two [1]' }] }] },
      { type: 'context' },
      { type: 'context_actions' },
      { type: 'actions' },
    ]);
  });

  it('shows as many sources as there is room for', () => {
    const [first] = message.meta.citations ?? [];
    const citations = Array.from({ length: 50 }, (_, n) => ({
      ...{ documentId: 'd', text: '', ...first, n },
      ...{ title: '&'.repeat(200), url: `https://acme.example/${'x'.repeat(300)}` },
    }));
    const markdown = 'word '.repeat(550);
    const blocks = blocksOf({ meta: { kind: 'answer', citations }, content: { markdown, attachments: [] } });
    expect(blocksProblems(blocks)).toEqual([]);
    expect(JSON.stringify(blocks)).toContain(markdown.trim());
    expect(JSON.stringify(blocks)).toMatch(/and \d+ more/);
  });

  it('stays within the limits and mentions nobody, whatever it says', () => {
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
          '<!channel>',
          '<!here|x>',
          '<@U0BOT>',
          '<#C0HOME>',
          '<!subteam^S1>',
          '@channel',
          '@everyone',
          '&',
          '"',
          'word ',
        ],
      ),
      wellFormedText(20),
    );
    const anyone = fc.constantFrom('bot' as const, 'human' as const, 'customer' as const);
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 40 }),
        fc.integer({ min: 1, max: 100 }),
        anyone,
        (pieces, times, role) => {
          const markdown = pieces.join('').repeat(times).slice(0, 12_000);
          const title = markdown.slice(0, 300);
          const encoded = encodeMessage(
            {
              ...message,
              author: { role, externalId: 'U1', name: title },
              content: { markdown, attachments: [{ ...file, name: title }] },
              meta: {
                kind: 'answer',
                citations: [{ n: 1, documentId: 'd', title, url: 'https://acme.example/?a&b', text: '' }],
              },
              actions: Array.from({ length: times }, (_, at) => ({ id: `a${at}`, label: title })),
            },
            { files: 'listed' },
          );
          expect(blocksProblems(encoded.blocks)).toEqual([]);
          expect(textFieldProblems(encoded.text)).toEqual([]);
        },
      ),
      { numRuns: 150 },
    );
  }, 30_000);
});
