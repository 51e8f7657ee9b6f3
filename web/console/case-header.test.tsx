import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, test } from 'vitest';
import type { EscalationDetail } from '#src/http/wire.ts';
import { CaseHeader } from './case-header.tsx';
import { rightsIn } from './case-rights.ts';

const closed: EscalationDetail = {
  id: '1',
  code: '7F3K',
  status: 'resolved',
  reason: 'asked-for-human',
  question: 'Invoice 2291 is wrong',
  why: 'The customer asked for a person.',
  channel: 'slack',
  customer: { name: 'Marta', externalId: 'T0ACME:U0MARTA', organization: 'Acme', identity: 'verified' },
  priority: 'normal',
  claimedBy: 'Jonas',
  openedAt: '2026-03-03T12:00:00.000Z',
  tried: [],
  conversation: { status: 'resolved' },
  messages: [],
};

const header = (detail: EscalationDetail, busy?: 'reopen'): string =>
  renderToStaticMarkup(
    <CaseHeader
      detail={detail}
      agent="Mira"
      rights={rightsIn(detail, 'Mira')}
      busy={busy}
      detailsOpen={false}
      onBack={() => undefined}
      onView={() => undefined}
      onClaim={() => undefined}
      onResolve={() => undefined}
      onReturn={() => undefined}
      onReopen={() => undefined}
      onTakeOver={() => undefined}
      onGive={() => undefined}
      onDetails={() => undefined}
    />,
  );
/** The buttons with words on them. */
const buttons = (markup: string): readonly string[] =>
  [...markup.matchAll(/<button[^>]*class="button[^>]*>.*?<\/button>/g)].map(([whole]) => whole);

describe('a closed case', () => {
  test('offers to reopen it, and nothing else', () => {
    const shown = buttons(header(closed));
    expect(shown).toHaveLength(1);
    expect(shown[0]).toMatch(/button--primary.*>Reopen</);
    expect(shown[0]).not.toMatch(/disabled|title/);
    expect(header(closed)).not.toContain('More actions');
  });

  test('does not when the customer has a newer one, and says so', () => {
    const [only] = buttons(header({ ...closed, conversation: { status: 'waiting' } }));
    expect(only).toMatch(/disabled/);
    expect(only).toMatch(/title="[^"]*the customer has a newer one: go on there/);
  });

  test('is not reopened twice', () => {
    expect(buttons(header(closed, 'reopen'))[0]).toMatch(/disabled.*>Working…</);
  });
});

describe('the article that was drafted from it', () => {
  test.each([
    ['draft', 'Draft article to review'],
    ['published', 'Published as an article'],
    ['dismissed', 'Draft article dismissed'],
  ] as const)('is one click away: %s', (status, words) => {
    expect(header({ ...closed, article: { id: '4', status } })).toContain(
      `<a href="/console/knowledge/4">${words}</a>`,
    );
  });

  test('is not spoken of where there is none', () => {
    expect(header(closed)).not.toContain('/console/knowledge');
  });
});

const { claimedBy: _, ...rest } = closed;
const open: EscalationDetail = { ...rest, status: 'open', conversation: { status: 'waiting' } };

test('a case that goes on has no use for it', () => {
  expect(header(open)).not.toContain('Reopen');
  expect(buttons(header(open))[0]).toContain('Claim');
});

test('a case of a colleague can be taken over, and given to somebody', () => {
  const theirs: EscalationDetail = { ...closed, status: 'claimed', conversation: { status: 'human' } };
  expect(buttons(header(theirs))).toHaveLength(1);
  expect(buttons(header(theirs))[0]).toContain('>Take over<');
  expect(header(theirs)).toContain('More actions');
  expect(header({ ...theirs, claimedBy: 'Mira' })).not.toContain('Take over');
});

describe('the end', () => {
  test.each([
    [1, 'The customer says it is solved'],
    [-1, 'The customer says it is not solved'],
  ] as const)('shows what the customer says: %i', (satisfaction, words) => {
    expect(header({ ...closed, satisfaction })).toContain(`${words}</span>`);
  });

  test('says nothing where they have not, or where the case goes on', () => {
    expect(header(closed)).not.toContain('The customer says');
    expect(header({ ...open, satisfaction: 1 })).not.toContain('The customer says');
  });
});

test('the clock stands in the header', () => {
  expect(header(open)).not.toContain('due-time');
  const sla = { clock: 'next', dueAt: '2026-03-03T12:00:00.000Z', state: 'overdue' } as const;
  expect(header({ ...open, sla })).toContain('data-urgency="overdue">Reply overdue by');
});
