import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, test } from 'vitest';
import type { EscalationSummary } from '#src/http/wire.ts';
import { DueTime } from './due-time.tsx';

const dueAt = '2026-03-03T12:00:00.000Z';
type Sla = NonNullable<EscalationSummary['sla']>;

const html = (minutesBefore: number, sla: Partial<Sla> = {}): string =>
  renderToStaticMarkup(
    <DueTime
      sla={{ clock: 'first', dueAt, state: 'running', ...sla }}
      now={new Date(new Date(dueAt).getTime() - minutesBefore * 60_000)}
    />,
  );
const words = (markup: string): string => markup.replace(/<[^>]+>/g, '');
const urgency = (markup: string): string | undefined => /data-urgency="(\w+)"/.exec(markup)?.[1];

describe('when a reply is due', () => {
  test.each([
    [200, 'First reply due in 3 h 20 min', undefined],
    [16, 'First reply due in 16 min', undefined],
    [12, 'First reply due in 12 min', 'soon'],
    [0.5, 'First reply due now', 'soon'],
    [-0.5, 'First reply overdue', 'overdue'],
    [-5, 'First reply overdue by 5 min', 'overdue'],
    [-3_000, 'First reply overdue by 2 d', 'overdue'],
  ])('%d minutes before: %s', (before, said, urgent) => {
    expect(words(html(before))).toBe(said);
    expect(urgency(html(before))).toBe(urgent);
  });

  test.each([
    ['next', 'Reply due in 12 min'],
    ['resolution', 'Resolution due in 12 min'],
  ] as const)('the clock %s: %s', (clock, said) => {
    expect(words(html(12, { clock }))).toBe(said);
  });

  test('what the server calls overdue is, however late this clock is', () => {
    expect(words(html(3, { state: 'overdue' }))).toBe('First reply overdue');
  });

  test('what is due in days says on which, and when', () => {
    expect(words(html(24 * 60 + 1))).toMatch(/^First reply due Tue\b.*\b3\b.*:00/);
  });

  test('the moment itself is there too', () => {
    expect(html(12)).toContain(`dateTime="${dueAt}"`);
    expect(html(12)).toMatch(/title="[^"]*2026/);
  });
});
