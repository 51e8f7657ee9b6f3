import { describe, expect, it } from 'vitest';
import type { UnansweredQuestion } from '#core/answer-log.ts';
import type { ConversationId } from '#core/message.ts';
import { subjectTerms } from '#core/terms.ts';
import { createGaps, type GapDeps } from './gaps.ts';

const now = new Date('2026-03-10T12:00:00Z');
let count = 0;
const asked = (
  text: string,
  more: Partial<UnansweredQuestion> & { readonly organization?: string } = {},
): UnansweredQuestion => {
  count += 1;
  const { organization, ...rest } = more;
  return {
    kind: 'not-found',
    conversationId: String(count) as ConversationId,
    text,
    audience: { organizations: organization === undefined ? [] : [organization], shared: false, identity: 'anonymous' },
    locale: 'en',
    customer: `c${count}`,
    at: new Date(now.getTime() - count * 1_000),
    ...rest,
  };
};

const report = (questions: readonly UnansweredQuestion[], more: Partial<GapDeps> = {}, limit = 20) =>
  createGaps({
    log: { unanswered: async () => questions },
    stemsOf: (text) => subjectTerms(text),
    weigh: async () => new Map([['order', 1]]),
    mask: (text) => text.replace(/\S+@\S+/g, '[e-mail address]').replace(/\b\d{5}\b/g, '[number]'),
    nearest: async () => undefined,
    now: () => now,
    ...more,
  })({ days: 30, limit });

describe('gaps', () => {
  const questions = [
    asked('Can I sync orders with my calendar?', { customer: 'a', organization: 'acme' }),
    asked('Is there a calendar sync? Write to jo@example.org', {
      customer: 'a',
      organization: 'globex',
      kind: 'voted-down',
    }),
    asked('calendar sync for orders', { customer: 'b', organization: 'acme' }),
    asked('Do you ship to Mars?'),
  ];

  it('say what is asked in vain, how often, by how many, and where an article comes near', async () => {
    const near = { documentId: 'ical.md', title: 'Export dates', confidence: 0.31 };
    const found = await report(questions, { nearest: async ({ text }) => (/calendar/.test(text) ? near : undefined) });
    expect(found).toMatchObject({ questions: 4, more: 0 });
    expect(found.gaps).toMatchObject([
      {
        label: expect.stringMatching(/^(calendar, sync|sync, calendar)/),
        count: 3,
        customers: 2,
        organizations: 2,
        kinds: { 'not-found': 2, 'voted-down': 1, 'handed-over': 0 },
        lastAt: questions[0]?.at.toISOString(),
        nearest: near,
      },
      { label: 'mars, ship', count: 1 },
    ]);
    expect(found.gaps[1]).not.toHaveProperty('nearest');
    expect((await report(questions, {}, 1)).more).toBe(1);
  });

  it('mask what is personal, in examples and in labels', async () => {
    const found = await report([
      asked('Change jo@example.org to kim@example.org for order 48213'),
      asked('Change order 48213 of lee@example.org'),
    ]);
    expect(JSON.stringify(found.gaps)).not.toMatch(/@|48213/);
    expect(found.gaps.map(({ label }) => label).join(' ')).not.toMatch(/e-mail|address|number/);
  });

  it('count a question of one conversation once, by the worst that became of it', async () => {
    const conversationId = '77' as ConversationId;
    const twice = [
      asked('Do you ship to Mars?', { conversationId }),
      asked('do you  ship to mars?', { conversationId, kind: 'handed-over' }),
    ];
    expect((await report(twice)).gaps).toMatchObject([{ count: 1, kinds: { 'handed-over': 1, 'not-found': 0 } }]);
  });

  it('are the same whatever order the questions come in', async () => {
    expect(await report(questions.toReversed())).toEqual(await report(questions));
  });

  it('take ten thousand questions in under two seconds', async () => {
    const words = Array.from({ length: 3_000 }, (_one, at) => `w${'abcdefghij'[at % 10]}${at.toString(36)}x`);
    const word = (seed: number): string =>
      words[Math.floor((((seed * 2_654_435_761) >>> 0) / 2 ** 32) ** 2 * words.length)] ?? '';
    const many = Array.from({ length: 10_000 }, (_one, at) =>
      asked([1, 2, 3, 4, 5, 6].map((place) => word(at * 7 + place)).join(' ')),
    );
    const before = process.cpuUsage();
    expect((await report(many)).questions).toBe(10_000);
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1_000).toBeLessThan(2_000);
  });
});
