import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Author, InboundEvent, Message } from '#core/message.ts';
import type { Pending, TurnOutcome } from '#core/turn.ts';
import { says, unread } from '#test/fakes/pipeline.ts';
import { aMessage, aTurn } from '#test/fakes/turn.ts';
import { attend, whetherToSpeak } from './attend.ts';

const ada: Author = { role: 'customer', externalId: 'T1:UADA', name: 'Ada' };
const ben: Author = { role: 'customer', externalId: 'T1:UBEN', name: 'Ben' };
const mira: Author = { role: 'human', externalId: 'T0HOME:UMIRA', name: 'Mira' };

const write = (author: Author, attention: InboundEvent['attention'], more: Partial<InboundEvent> = {}) => {
  return (markdown: string): Pending =>
    says(markdown, { author, ...(attention === undefined ? {} : { attention }), ...more });
};
const asks = write(ada, 'open');
const replies = write(ada, 'overheard');
const benReplies = write(ben, 'overheard');
const toTom = { toOthers: true } as const;

/** What the thread looked like before: who said what. */
const thread = (...said: readonly (readonly [Author | 'bot', string])[]): readonly Message[] =>
  said.map(([author, markdown]) =>
    author === 'bot' ? aMessage('bot', markdown, { kind: 'answer' }) : { ...aMessage('customer', markdown), author },
  );
const answered = thread([ada, 'How do I reset it?'], ['bot', 'Under Settings [1].']);

const turnOf = (pending: readonly Pending[], window: readonly Message[] = []) => {
  const turn = aTurn({ pending, session: { window } });
  return { ...turn, conversation: { ...turn.conversation, customer: ada } };
};
const decide = (pending: readonly Pending[], window: readonly Message[] = []) =>
  whetherToSpeak(turnOf(pending, window));
const speaks = (pending: readonly Pending[], window: readonly Message[] = []) => decide(pending, window).speaks;

describe('whetherToSpeak', () => {
  it('always answers who speaks to us, whatever they say and whoever else they name', () => {
    for (const window of [[], answered, [...answered, ...thread([ben, 'I think so'])]])
      for (const text of ['', 'thanks', 'How?', 'FYI we deploy tonight'])
        for (const who of [ada, ben, mira])
          for (const more of [{}, toTom])
            expect(decide([write(who, 'addressed', more)(text)], window)).toEqual({
              speaks: true,
              reason: 'said to us',
            });
    // Also when it is one of several.
    expect(speaks([asks('hi'), write(ben, 'addressed')('this one please'), replies('ok')])).toBe(true);
  });

  it('answers everything in channels where all is said to us', () => {
    for (const text of ['', 'thanks', 'FYI we deploy tonight', 'no problem'])
      for (const window of [[], answered, thread([ben, 'hello'])])
        expect(speaks([write(ben, undefined)(text)], window)).toBe(true);
  });

  it('does not take what the asker says to the whole room again for itself, once it has answered', () => {
    const anew = write(ada, 'overheard', { joinsWithinMs: 60_000 });
    expect(speaks([anew('Where do we go for lunch?')], answered)).toBe(false);
    expect(speaks([anew('And how do I change it?'), replies('In the app?')], answered)).toBe(true);
    expect(speaks([anew('Lunch at twelve')], answered)).toBe(false);
    const anewWhereWeAnswer = write(ada, 'open', { joinsWithinMs: 60_000 });
    expect(speaks([anewWhereWeAnswer('And how do I change it?')], answered)).toBe(true);
    expect(speaks([anewWhereWeAnswer('We deploy tonight at nine')], answered)).toBe(false);
    // Before we have spoken it belongs to what we were asked.
    expect(speaks([write(ada, 'addressed')('hello'), anew('my printer')])).toBe(true);
  });

  it('answers a pressed button', () => {
    const button = unread(
      { kind: 'action', action: 'human', value: '' },
      { author: ben, attention: 'overheard', ...toTom },
    );
    expect(decide([button], answered)).toMatchObject({ speaks: true });
  });

  it('answers questions in a support channel, and nothing else there', () => {
    expect(decide([asks('How do I add a user?')])).toEqual({
      speaks: true,
      reason: 'a question where we answer questions',
    });
    expect(decide([asks('my printer is offline')])).toMatchObject({ speaks: true });
    for (const text of ['hi all', 'We are deploying tonight', 'thanks everyone!', 'https://example.org/?a=1', ''])
      expect(decide([asks(text)])).toEqual({ speaks: false, reason: 'not a question' });
  });

  it('leaves to others what was said to others', () => {
    for (const text of ['@Tom can you look at this?', '@Tom ping'])
      for (const window of [[], answered])
        expect(decide([write(ada, 'open', toTom)(text)], window)).toEqual({
          speaks: false,
          reason: 'said to somebody else',
        });
    // The same burst may hold a question to everybody.
    expect(speaks([write(ada, 'open', toTom)('@Tom see below'), asks('How do I add a user?')])).toBe(true);
    expect(speaks([write(ada, 'open', toTom)('@Tom how do I add a user?'), asks('thanks')])).toBe(false);
  });

  it('takes a burst as one: the greeting and the trouble behind it', () => {
    expect(speaks([asks('hi'), asks('my printer is offline')])).toBe(true);
    expect(speaks([asks('hi'), asks('happy friday everyone')])).toBe(false);
  });

  it('hears a question that the asker adds in the thread of their own greeting, or by changing it', () => {
    const greeted = thread([ada, 'hi team']);
    expect(speaks([replies('how do I add a user?')], greeted)).toBe(true);
    expect(speaks([replies('have a nice day')], greeted)).toBe(false);
    // Others answer them already.
    expect(speaks([replies('how do I add a user?')], [...greeted, ...thread([ben, 'hi Ada'])])).toBe(false);
    expect(speaks([benReplies('how do I add a user?')], greeted)).toBe(false);
  });

  it('keeps out of threads that it has no part in', () => {
    expect(decide([benReplies('What do you think?')])).toEqual({ speaks: false, reason: 'not said to us' });
    expect(speaks([benReplies('and why?')], thread([ada, 'hi'], [ben, 'the API is down']))).toBe(false);
  });

  it('follows the asker in a thread where it has answered, without another mention', () => {
    expect(decide([replies('and in Safari')], answered)).toEqual({
      speaks: true,
      reason: 'the asker goes on in our thread',
    });
    expect(decide([asks('And one more thing')], answered)).toMatchObject({ speaks: true });
  });

  it('answers another person in that thread when they ask, not when they talk', () => {
    expect(decide([benReplies('Does this work on Android too?')], answered)).toEqual({
      speaks: true,
      reason: 'a question in our thread',
    });
    expect(decide([benReplies('nice, thanks')], answered)).toEqual({
      speaks: false,
      reason: 'people are talking to each other',
    });
  });

  it('stays out once people talk to each other after its answer, until somebody speaks to it', () => {
    const talking = [...answered, ...thread([ben, 'I do it differently'])];
    for (const text of ['how so', 'ok', 'Which button do you mean?']) {
      expect(decide([replies(text)], talking)).toEqual({ speaks: false, reason: 'people are talking to each other' });
      expect(decide([benReplies(text)], talking)).toMatchObject({ speaks: false });
      expect(decide([write(ada, 'addressed')(text)], talking)).toEqual({ speaks: true, reason: 'said to us' });
    }
    // It was asked, it answered: the thread is ours again.
    const resumed = [...talking, ...thread([ada, 'and you?'], ['bot', 'Like this.'])];
    expect(speaks([replies('perfect, and on Android')], resumed)).toBe(true);
  });

  it('counts a colleague among those who talk', () => {
    expect(speaks([replies('and now?')], [...answered, ...thread([mira, 'Let me look.'])])).toBe(false);
  });

  it('comes to the same whether messages are read together or one by one', () => {
    const message = fc.record({
      who: fc.constantFrom(ada, ben),
      text: fc.constantFrom('ok', 'nice', 'How do I do that?', 'I think so'),
      toOthers: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(message, { minLength: 1, maxLength: 5 }), (messages) => {
        const pending = messages.map(({ who, text, toOthers }) => write(who, 'overheard', toOthers ? toTom : {})(text));
        const oneByOne = messages.some((_message, at) => {
          const before = thread(...messages.slice(0, at).map(({ who, text }) => [who, text] as const));
          return speaks(pending.slice(at, at + 1), [...answered, ...before]);
        });
        expect(speaks(pending, answered)).toBe(oneByOne);
      }),
    );
  });

  it('always says why', () => {
    const attention = fc.constantFrom<InboundEvent['attention'][]>(undefined, 'addressed', 'open', 'overheard', 'desk');
    const message = fc
      .record({ who: fc.constantFrom(ada, ben, mira), attention, toOthers: fc.boolean(), text: fc.string() })
      .map(({ who, attention: how, toOthers, text }) => write(who, how, toOthers ? toTom : {})(text));
    fc.assert(
      fc.property(fc.array(message, { maxLength: 5 }), fc.boolean(), (pending, engaged) => {
        const { reason, speaks: does } = decide(pending, engaged ? answered : []);
        expect(reason).not.toBe('');
        const isDirect = pending.some(({ event }) => event.attention === undefined || event.attention === 'addressed');
        if (isDirect) expect(does).toBe(true);
        if (pending.every(({ event }) => event.toOthers === true) && !isDirect) expect(does).toBe(false);
      }),
    );
  });
});

describe('attend', () => {
  const outcome: TurnOutcome = { kind: 'silent', why: 'the next step was asked' };

  it('passes on what is for us, and says why it is silent about the rest', async () => {
    const next = async () => outcome;
    expect(await attend(turnOf([asks('How do I add a user?')]), next)).toBe(outcome);
    expect(await attend(turnOf([asks('hello from Lisbon')]), next)).toEqual({ kind: 'silent', why: 'not a question' });
  });
});
