import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, test } from 'vitest';
import type { MessageWire } from '#src/http/wire.ts';
import { TranscriptMessage } from './transcript-message.tsx';
import { VoteCount } from './vote-count.tsx';

const html = (up: number, down: number): string => renderToStaticMarkup(<VoteCount votes={{ up, down }} />);
const visible = (markup: string): string =>
  markup
    .replace(/<span class="unseen">.*?<\/span>/, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();

describe('votes on an answer', () => {
  test.each([
    [2, 1, '2 1', '2 found this helpful, 1 did not'],
    [1, 0, '1', '1 found this helpful'],
    [0, 3, '3', '3 did not find this helpful'],
  ])('%i for, %i against', (up, down, seen, said) => {
    expect(visible(html(up, down))).toBe(seen);
    expect(html(up, down)).toContain(`title="${said}"`);
    expect(html(up, down)).toContain(`<span class="unseen">${said}</span>`);
  });

  test('stand under the answer that got them, and under no other', () => {
    const message: MessageWire = {
      id: '1',
      author: { role: 'bot' },
      markdown: 'Reset it in the settings.',
      attachments: [],
      citations: [],
      kind: 'answer',
      actions: [],
      at: '2026-03-03T12:00:00.000Z',
      visibility: 'customer',
    };
    const shown = (votes?: MessageWire['votes']): string =>
      renderToStaticMarkup(
        <TranscriptMessage
          message={votes === undefined ? message : { ...message, votes }}
          isLastSent={false}
          load={() => Promise.reject(new Error('no file here'))}
        />,
      );
    expect(shown({ up: 0, down: 1 })).toContain('1 did not find this helpful');
    expect(shown()).not.toContain('vote-count');
  });
});
