import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '#src/store/database.ts';
import { engines, openTestDatabase } from '#test/database.ts';
import { visibleText } from '#test/fakes/slack/index.ts';
import { until } from '#test/product.ts';
import { eventually } from '#test/servers/eventually.ts';
import { type SlackSupport, startSlackSupport, type Thread } from '#test/slack.ts';

const password = 'How do I reset my password?';
const printer = 'My label printer is offline. What can I do?';

describe.runIf(engines.includes('postgres'))('when Frontdesk speaks in Slack', () => {
  let database: Database & { readonly url?: string };
  let support: SlackSupport;
  let slack: SlackSupport['slack'];
  beforeAll(async () => {
    database = await openTestDatabase('postgres');
    support = await startSlackSupport({ env: { DATABASE_URL: database.url ?? '' } });
    slack = support.slack;
  });
  afterAll(async () => {
    await support?.[Symbol.asyncDispose]();
    await database?.[Symbol.asyncDispose]();
  });

  /** What was decided about a message, and why; it is stored with the outcome. */
  const decided = ({ channel, ts }: Thread) =>
    eventually(`a decision on ${channel} ${ts}`, async () => {
      const { rows } = await sql<{ speaks: boolean; reason: string }>`
        select speaks, reason from decisions where key like ${`slack:%:${channel}:${ts}`}`.execute(database.db);
      return rows[0];
    });
  const silent = (reason: string) => ({ speaks: false, reason });

  it.concurrent('answers questions of a support channel without a mention, and keeps out of all else', async () => {
    const room = support.room({ open: true });
    const say = (user: string, text: string) => slack.say({ user, channel: room, text });
    const asked = await say('U0ANN', password);
    expect(await decided(asked)).toEqual({ speaks: true, reason: 'a question where we answer questions' });
    expect(visibleText(await support.answer(asked))).toMatch(/Forgot password/);
    const news = await slack.say({ user: 'U0BEN', channel: room, text: 'FYI our office is closed on Friday.' });
    expect(await decided(news)).toEqual(silent('not a question'));
    expect(support.bots(room)).toHaveLength(1);
  });

  it.concurrent.each([
    ['thanks', 'Thanks everyone!', 'not a question'],
    ['an emoji', ':tada:', 'not a question'],
    ['small talk', 'Good morning all, how was your weekend?', 'not a question'],
    ['a question to somebody else', '<@U0BEN> can you send me the report?', 'said to somebody else'],
  ])('is silent about %s', async (_what, text, reason) => {
    const room = support.room({ open: true });
    const said = await slack.say({ user: 'U0ANN', channel: room, text });
    expect(await decided(said)).toEqual(silent(reason));
    const reply = await slack.say({ user: 'U0BEN', channel: room, thread: said.ts, text: 'Did you see my mail?' });
    expect((await decided(reply)).speaks).toBe(false);
    expect(support.bots(room)).toEqual([]);
  });

  it.concurrent('says nothing to joins, to bots and to itself, and says so in the log', async () => {
    const room = support.room({ open: true });
    const { events } = await slack.say({ user: 'U0ANN', channel: room, text: password, delivery: { unsigned: true } });
    const { event, ...envelope } = events[0]?.payload ?? {};
    const said = (more: object) =>
      slack.deliver({ ...envelope, event_id: crypto.randomUUID(), event: { ...Object(event), ...more } });
    await slack.joinChannel({ user: 'U0TOM', channel: room });
    await said({ ts: '1700000001.000100', bot_id: 'B0RSS', user: 'U0RSS', app_id: 'A0RSS' });
    await said({ ts: '1700000002.000100', subtype: 'bot_message', bot_id: 'B0RSS', user: undefined });
    await said({ ts: '1700000003.000100', user: 'U0BOT', bot_id: 'B0BOT', app_id: slack.appId });
    const lines = () => support.product.log().split('\n');
    for (const reason of [
      'a notice of Slack (channel_join), nobody’s words',
      'a message of a bot',
      'one of our own messages',
    ])
      await until(`the log says: ${reason}`, () => lines().some((line) => line.includes(`"reason":"${reason}"`)));
    const { rows } = await sql<{ key: string }>`select key from dedupe where key like ${`%${room}%`}`.execute(
      database.db,
    );
    expect(rows).toEqual([]);
    expect(support.bots(room)).toEqual([]);
  });

  it.concurrent('leaves people to talk to each other in a thread, and answers what nobody else was asked', async () => {
    const room = support.room({ open: true });
    const asked = await slack.say({ user: 'U0ANN', channel: room, text: password });
    await support.answer(asked);
    const say = (user: string, text: string) => slack.say({ user, channel: room, thread: asked.ts, text });
    expect(await decided(await say('U0BEN', 'I did that yesterday, it works.'))).toEqual(
      silent('people are talking to each other'),
    );
    expect(await decided(await say('U0ANN', 'Did you get the mail at once?'))).toEqual(
      silent('people are talking to each other'),
    );
    expect(support.bots(room)).toHaveLength(1);
    expect(await decided(await say('U0ANN', `<@U0BOT> ${printer}`))).toEqual({ speaks: true, reason: 'said to us' });
    expect(visibleText(await support.answer(asked, 2))).toMatch(/printer/i);
  });

  it.concurrent('stops where a colleague answers, and goes on when it is asked to', async () => {
    const room = support.room();
    const asked = await slack.say({ user: 'U0ANN', channel: room, text: `<@U0BOT> ${password}` });
    await support.answer(asked);
    const say = (user: string, text: string) => slack.say({ user, channel: room, thread: asked.ts, text });
    expect(await decided(await say('U0MIRA', 'Hello Ann, I reset it for you.'))).toEqual(
      silent('Mira Weber answers here'),
    );
    expect(await decided(await say('U0ANN', 'Great. And can I also have another user?'))).toEqual(
      silent('a colleague has this conversation'),
    );
    expect(support.bots(room)).toHaveLength(1);
    expect(await decided(await say('U0ANN', `<@U0BOT> ${printer}`))).toEqual({ speaks: true, reason: 'said to us' });
    expect(visibleText(await support.answer(asked, 2))).toMatch(/printer/i);
    await say('U0ANN', 'How do I change my plan?');
    expect(visibleText(await support.answer(asked, 3))).toMatch(/plan/i);
  });

  it.concurrent('answers direct messages, and in other channels only who names it', async () => {
    const direct = await slack.say({ user: 'U0ANN', channel: 'D0ANN', text: password });
    const room = support.room();
    const overheard = await slack.say({ user: 'U0ANN', channel: room, text: password });
    expect(await decided(overheard)).toEqual(silent('not said to us, and no conversation of ours'));
    const reply = await slack.say({ user: 'U0BEN', channel: room, thread: overheard.ts, text: 'Who knows that?' });
    expect(await decided(reply)).toEqual(silent('not said to us, and no conversation of ours'));
    expect(visibleText(await support.answer(direct))).toMatch(/Forgot password/);
    expect(await decided(direct)).toEqual({ speaks: true, reason: 'said to us' });
    // The question is in the thread, the mention says only who should answer it.
    await slack.say({ user: 'U0BEN', channel: room, thread: overheard.ts, text: '<@U0BOT> can you help?' });
    expect(visibleText(await support.answer(overheard))).toMatch(/Forgot password/);
    expect(support.bots(room)).toHaveLength(1);
  });
});
