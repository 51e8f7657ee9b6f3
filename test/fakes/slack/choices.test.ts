import { describe, expect, it } from 'vitest';
import { choicesIn, findChoice } from './choices.ts';
import { richText } from './rich-text.ts';
import type { Block } from './types.ts';
import { visibleText } from './visible-text.ts';

const plain = (text: string) => ({ type: 'plain_text', text });
const option = (text: string, value: string) => ({ text: plain(text), value });

const card: readonly Block[] = [
  { type: 'header', block_id: 'h', text: plain('Where are my invoices?') },
  {
    type: 'section',
    block_id: 's',
    text: { type: 'mrkdwn', text: '*Ann Lee*, Acme' },
    fields: [{ type: 'mrkdwn', text: 'Waiting since 9:00' }],
    accessory: {
      type: 'overflow',
      action_id: 'more',
      options: [option('Note', 'note'), option('Hand back', 'return')],
    },
  },
  { type: 'divider', block_id: 'd' },
  {
    type: 'actions',
    block_id: 'a',
    elements: [
      { type: 'button', action_id: 'claim', text: plain('Claim'), value: '7' },
      { type: 'button', action_id: 'resolve', text: plain('Resolve'), value: '7' },
    ],
  },
  {
    type: 'context_actions',
    block_id: 'f',
    elements: [
      {
        type: 'feedback_buttons',
        action_id: 'vote',
        positive_button: { text: plain('Good'), value: '1' },
        negative_button: { text: plain('Bad'), value: '-1' },
      },
    ],
  },
];

describe('what can be pressed', () => {
  it('is every button, every side of a vote and every entry of a menu', () => {
    expect(choicesIn(card).map(({ label }) => label)).toEqual(['Note', 'Hand back', 'Claim', 'Resolve', 'Good', 'Bad']);
    expect(findChoice(card, { label: 'Bad' }).action).toMatchObject({
      type: 'feedback_buttons',
      block_id: 'f',
      value: '-1',
    });
    expect(findChoice(card, { actionId: 'more', value: 'note' }).action).toMatchObject({
      type: 'overflow',
      action_id: 'more',
      block_id: 's',
      selected_option: { value: 'note' },
    });
  });

  it('must be one thing', () => {
    expect(() => findChoice(card, { value: '7' })).toThrow('2 things to press');
    expect(() => findChoice(card, { label: 'Reopen' })).toThrow('there is more "Note"');
  });
});

describe('visibleText', () => {
  it('reads a card from top to bottom', () => {
    expect(visibleText({ text: 'fallback', blocks: card }).split('\n')).toEqual([
      'Where are my invoices?',
      '*Ann Lee*, Acme',
      'Waiting since 9:00',
      '[Note] [Hand back]',
      '[Claim] [Resolve]',
      '[Good] [Bad]',
    ]);
  });

  it('reads rich text and tables, and falls back to the text', () => {
    const blocks = richText('<@U0BOT> see <https://example.org|the &lt;page&gt;> & <#C0HOME|help>');
    expect(visibleText({ text: '', blocks })).toBe('<@U0BOT> see the <page> (https://example.org) & <#C0HOME>');
    const cell = (text: string) => ({ type: 'raw_text', text });
    const table = {
      type: 'table',
      rows: [
        [cell('Plan'), cell('Price')],
        [cell('Pro'), cell('9')],
      ],
    };
    expect(visibleText({ text: '', blocks: [table] })).toBe('Plan | Price\nPro | 9');
    expect(visibleText({ text: 'just text', blocks: [] })).toBe('just text');
  });
});
