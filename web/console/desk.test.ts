import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { transition } from '#src/desk/transition.ts';
import type { EscalationDetail, EscalationSummary } from '#src/http/wire.ts';
import { noRights, rightsIn } from './case-rights.ts';
import { colleaguesIn } from './colleagues-in.ts';
import { customerName } from './customer-name.ts';
import { filterEscalations } from './filter-escalations.ts';
import { neighbour } from './neighbour.ts';
import { ownerInWords } from './owner-in-words.ts';
import { placeIn } from './place-in.ts';
import { sendKey } from './send-key.ts';
import { articleInPath, articlePath } from './use-selected-article.ts';
import { caseInPath } from './use-selected-case.ts';
import { viewInPath } from './use-view.ts';

const item = (overrides: Partial<EscalationSummary> = {}): EscalationSummary => ({
  id: '1',
  code: '7F3K',
  status: 'open',
  reason: 'asked-for-human',
  question: 'Invoice 2291 is wrong',
  why: 'The customer asked for a person.',
  channel: 'email',
  customer: { name: 'Marta Kowálska', externalId: 'marta@x.example', organization: 'Northlight', identity: 'verified' },
  priority: 'normal',
  openedAt: '2026-03-03T12:00:00.000Z',
  ...overrides,
});

describe('searching the list', () => {
  const items = [
    item(),
    item({
      id: '2',
      code: '9ZZZ',
      question: 'Printer',
      channel: 'slack',
      customer: { externalId: 'U1', identity: 'claimed' },
    }),
  ];
  test.each([
    ['', ['1', '2']],
    ['  ', ['1', '2']],
    ['kowalska', ['1']],
    ['INVOICE north', ['1']],
    ['7f3k', ['1']],
    ['slack', ['2']],
    ['invoice printer', []],
  ])('"%s" finds %j', (query, ids) => {
    expect(filterEscalations(items, query).map(({ id }) => id)).toEqual(ids);
  });
});

describe('what one may do', () => {
  const human = { status: 'human' } as const;
  test('open: anything, and replying claims', () => {
    expect(rightsIn({ status: 'open', conversation: { status: 'waiting' } }, 'Mira')).toEqual({
      ...noRights,
      claim: true,
      reply: true,
      resolve: true,
      handBack: true,
      give: true,
    });
  });
  test('mine: everything but claiming', () => {
    expect(rightsIn({ status: 'claimed', claimedBy: 'Mira', conversation: human }, 'Mira')).toEqual({
      ...noRights,
      reply: true,
      resolve: true,
      handBack: true,
      give: true,
    });
  });
  test("a colleague's: notes only, until it is taken over, and it says why", () => {
    const other = rightsIn({ status: 'claimed', claimedBy: 'Jonas', conversation: human }, 'Mira');
    expect(other).toEqual({ ...noRights, takeOver: true, give: true, why: other.why });
    expect(other.why).toMatch(/^Jonas has this/);
  });
  test.each<[EscalationDetail['conversation'], RegExp]>([
    [{ status: 'resolved' }, /^This conversation is resolved. Reopen it/],
    [{ status: 'bot' }, /Reopen it/],
    [{ status: 'waiting' }, /newer one: go on there/],
    [{ status: 'human', owner: 'Jonas' }, /Jonas has the customer by now/],
    [human, /A colleague has the customer by now/],
  ])('over, and the customer now has %j: it says what is left to do', (conversation, why) => {
    const over = rightsIn({ status: 'resolved', claimedBy: 'Mira', conversation }, 'Mira');
    expect(over).toMatchObject({ claim: false, reply: false, resolve: false, handBack: false });
    expect(over.why).toMatch(why);
  });
  test('what the page offers is what the desk allows', () => {
    const actions = { claim: 'claim', resolve: 'resolve', handBack: 'return-to-bot', reopen: 'reopen' } as const;
    for (const status of ['open', 'claimed', 'resolved'] as const)
      for (const conversation of ['bot', 'waiting', 'human', 'resolved'] as const)
        for (const claimedBy of status === 'open' ? [{}] : [{ claimedBy: 'Mira' }, { claimedBy: 'Jonas' }]) {
          const rights = rightsIn({ status, ...claimedBy, conversation: { status: conversation } }, 'Mira');
          for (const [right, event] of Object.entries(actions)) {
            const result = transition({ escalation: status, ...claimedBy, conversation }, event, 'Mira');
            const where = `${right} ${status} ${conversation} ${JSON.stringify(claimedBy)}`;
            expect(rights[right as keyof typeof actions], where).toBe(result.ok && result.changed);
          }
          const state = { escalation: status, ...claimedBy, conversation };
          const taken = transition(state, 'reassign', 'Mira');
          // What nobody has is claimed.
          expect(rights.takeOver, status).toBe(taken.ok && taken.changed && !rights.claim);
          const given = transition(state, 'reassign', 'Mira', 'Ana');
          expect(rights.give, status).toBe(given.ok && given.changed);
        }
  });
});

test('who has it', () => {
  const say = (
    status: EscalationSummary['status'],
    claimedBy?: string,
    conversation: 'bot' | 'human' | 'resolved' = 'human',
  ) =>
    ownerInWords(
      { status, conversation: { status: conversation }, ...(claimedBy === undefined ? {} : { claimedBy }) },
      'Mira',
    );
  expect(say('open')).toBe('Nobody has this yet');
  expect(say('claimed', 'Mira')).toBe('You have this');
  expect(say('claimed', 'Jonas')).toBe('Jonas has this');
  expect(say('resolved', 'Jonas', 'resolved')).toBe('Resolved by Jonas');
  expect(say('resolved', 'Jonas', 'bot')).toBe('Handed back to the assistant');
});

test('a customer always has something to be called by', () => {
  expect(customerName({ name: 'Marta', externalId: 'x', identity: 'claimed' })).toBe('Marta');
  expect(customerName({ externalId: 'marta@x.example', identity: 'claimed' })).toBe('marta@x.example');
  expect(customerName({ name: ' ', externalId: 'web:1', identity: 'anonymous' })).toBe('Unnamed customer');
});

describe('j and k', () => {
  test('stay in the list', () => {
    expect(neighbour(['a', 'b', 'c'], 'a', 1)).toBe('b');
    expect(neighbour(['a', 'b', 'c'], 'c', 1)).toBe('c');
    expect(neighbour(['a', 'b', 'c'], 'a', -1)).toBe('a');
    expect(neighbour(['a', 'b', 'c'], undefined, 1)).toBe('a');
    expect(neighbour(['a', 'b', 'c'], 'gone', -1)).toBe('c');
    expect(neighbour([], 'a', 1)).toBeUndefined();
  });
  test('reach every row from outside', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1 }), (ids) => {
        const seen: (string | undefined)[] = [];
        for (let at: string | undefined; seen.length < ids.length; seen.push(at)) at = neighbour(ids, at, 1);
        expect(seen).toEqual(ids);
      }),
    );
  });
});

test('the colleagues that the page has met can be chosen', () => {
  const said = (role: 'human' | 'bot' | 'customer', name: string) =>
    ({ author: { role, name } }) as EscalationDetail['messages'][number];
  const messages = [said('human', 'Ana'), said('customer', 'Marta'), said('bot', 'Frontdesk'), said('human', 'Mira')];
  const items = [{}, { claimedBy: 'Jonas' }, { claimedBy: 'Ana' }, { claimedBy: 'Zoë' }];
  expect(colleaguesIn(items, { messages, claimedBy: 'Jonas' }, 'Mira')).toEqual(['Ana', 'Zoë']);
  expect(colleaguesIn([], { messages: [] }, 'Mira')).toEqual([]);
});

test('the address names the case', () => {
  expect(caseInPath('/console/12')).toBe('12');
  expect(caseInPath('/console/case-7F3K')).toBe('case-7F3K');
  for (const other of [
    '/console',
    '/console/',
    '/console/1/2',
    '/',
    '/console/%2e',
    '/console/case-',
    '/console/a-b',
  ]) {
    expect(caseInPath(other)).toBeUndefined();
  }
});

test('a case leaves the lists that it is no longer part of', () => {
  const claimed = (id: string) => ({ id, status: 'claimed' as 'claimed' | 'resolved' });
  const items = [claimed('1'), claimed('2')];
  const now = { id: '2', status: 'resolved' as const };
  expect(placeIn(items, 'claimed', now)).toEqual([claimed('1')]);
  expect(placeIn(items, 'all', now)).toEqual([claimed('1'), now]);
  expect(placeIn(items, 'resolved', { id: '3', status: 'resolved' })).toEqual(items);
});

test('the address names the article, and the part of the console', () => {
  expect(articleInPath(articlePath('12'))).toBe('12');
  expect(viewInPath(articlePath('12'))).toBe('knowledge');
  expect(caseInPath(articlePath('12'))).toBeUndefined();
  expect(viewInPath('/console/knowledge')).toBe('knowledge');
  for (const other of ['/console', '/console/12', '/console/knowledgeable'])
    expect(viewInPath(other)).toBe('conversations');
  for (const other of [
    '/console/knowledge',
    '/console/knowledge/',
    '/console/knowledge/x',
    '/console/knowledge/1/2',
    '/console/12',
  ])
    expect(articleInPath(other)).toBeUndefined();
});

test('the key beside Enter', () => {
  expect(sendKey('MacIntel')).toBe('⌘');
  expect(sendKey('Win32')).toBe('Ctrl');
});
