import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signIn } from '#test/console.ts';
import { isLabelledAi, type Message, visibleText } from '#test/fakes/teams/index.ts';
import { eventually } from '#test/servers/eventually.ts';
import { labels, startTeamsSupport, type TeamsSupport, type Thread } from '#test/teams.ts';

const password = 'How do I reset my password?';
const printer = 'My label printer is offline. What can I do?';
const patience = 30_000;

const shown = ({ activity }: Message): string => visibleText(activity);

describe('answers on their way to Teams', { timeout: 180_000 }, () => {
  let support: TeamsSupport;
  let teams: TeamsSupport['teams'];
  beforeAll(async () => {
    support = await startTeamsSupport({ env: { WORK_LEASE_SECONDS: '2' } });
    teams = support.teams;
  }, 180_000);
  afterAll(() => support?.[Symbol.asyncDispose]());

  /** Messages that were sent to a place, taken or not; pieces of streams and typing left out. */
  const sendsTo = (place: string) =>
    teams.callsOf('send').filter((call) => call.place === place && call.body?.type === 'message');
  const ask = (place: string, text = password, user = 'ann') => teams.say({ user, place, text, mention: true });
  const goOn = (asked: Thread & { readonly id: string }) =>
    teams.say({ user: 'ann', place: asked.place, thread: asked.id, text: printer });

  it.concurrent('waits where Teams says 429, and delivers once and in order; other places do not wait', async () => {
    const [slow, quick] = [support.room(), support.room()];
    teams.fail('send', { status: 429, retryAfter: 8, place: slow, type: 'message' });
    const asked = await ask(slow);
    await teams.waitFor(() => sendsTo(slow).length > 0, patience, 'the first try');
    await goOn(asked);
    await support.answer(await ask(quick));
    await support.answer(asked, 2);
    expect(support.bots(asked).map(shown)).toEqual([
      expect.stringContaining('Forgot password'),
      expect.stringContaining('printer'),
    ]);
    const tries = sendsTo(slow);
    expect((tries[1]?.at ?? 0) - (tries[0]?.at ?? 0)).toBeGreaterThanOrEqual(8_000);
    const taken = sendsTo(quick)[0]?.at ?? Number.POSITIVE_INFINITY;
    expect(taken).toBeLessThan(tries[1]?.at ?? 0);
    expect(tries.map(({ status }) => status)).toEqual([429, 201, 201]);
  });

  it.concurrent.each([
    ['answers 412', { status: 412 }],
    ['answers 502', { status: 502 }],
    ['answers 503', { status: 503 }],
    ['answers with a page of some gateway', { status: 502, body: '<html>Bad gateway</html>' }],
    ['cuts the connection', { drop: 'before' }],
  ] as const)('tries again when Teams %s, and shows the answer once', async (_what, fault) => {
    const room = support.room();
    const { user, place } = support.chat();
    for (const at of [room, place]) teams.fail('send', { ...fault, times: 2, place: at, type: 'message' });
    const [asked] = await Promise.all([ask(room), teams.say({ user, place, text: password })]);
    expect(shown(await support.answer(asked, 1, patience))).toContain('Forgot password');
    expect(shown(await support.answer({ place }, 1, patience))).toContain('Forgot password');
    await Promise.all([goOn(asked), teams.say({ user, place, text: printer })]);
    await Promise.all([support.answer(asked, 2, patience), support.answer({ place }, 2, patience)]);
    expect([support.bots(room).length, support.bots(place).length]).toEqual([2, 2]);
    expect([sendsTo(room).length, sendsTo(place).length]).toEqual([4, 4]);
  });

  it.concurrent.each([
    ['answers 500 to', { status: 500, takesEffect: true }],
    ['answers 504 to', { status: 504, takesEffect: true }],
    ['cuts the connection after', { drop: 'after' }],
  ] as const)('loses nothing of what Teams %s but has taken', async (_what, fault) => {
    const room = support.room();
    const { user, place } = support.chat();
    for (const at of [room, place]) teams.fail('send', { ...fault, place: at, type: 'message' });
    const [asked] = await Promise.all([ask(room), teams.say({ user, place, text: password })]);
    await teams.waitFor(() => sendsTo(room).length > 1 && sendsTo(place).length > 1, patience, 'another try');
    await teams.say({ user, place, text: printer });
    await support.answer({ place }, 2, patience);
    // The end of a stream is told from the first; a message is not, as bots cannot search Teams: it may be there twice.
    expect(support.bots(place).map((message) => /printer/i.test(shown(message)))).toEqual([false, true]);
    const copies = new Set(support.bots(asked).map(shown));
    expect(copies.size).toBe(1);
    expect(support.bots(asked).length).toBeLessThanOrEqual(2);
  });

  it.concurrent('leaves label and sources out of what is too large with them', async () => {
    const room = support.room();
    teams.fail('send', { status: 413, place: room, type: 'message' });
    const answer = await support.answer(await ask(room));
    expect(shown(answer)).toContain('Forgot password');
    expect([isLabelledAi(answer.activity), labels(answer)]).toEqual([false, []]);
  });

  /** That a question waits for a person because its answer cannot be shown, and why, everywhere one may look. */
  const expectHandedOver = async (place: string, who: string, code: string, why: RegExp) => {
    const console = await signIn(support.product.url, 'Mira Weber');
    const { tenant, aad } = teams.person(who);
    const isIt = (one: Awaited<ReturnType<typeof console.list>>[number]) =>
      one.customer.externalId === `${tenant}:${aad}` && why.test(one.why);
    const found = await eventually(`a case with ${why}`, async () => (await console.list()).find(isIt), patience);
    expect(found).toMatchObject({ channel: 'teams', reason: 'delivery-failure', status: 'open' });
    const { messages } = await console.get(found.id);
    expect(messages[0]).toMatchObject({ author: { role: 'customer' }, markdown: password });
    expect(messages.find(({ kind }) => kind === 'answer')?.delivery).toMatchObject({ state: 'failed' });
    expect(support.bots(place).filter((message) => shown(message).includes('Forgot password'))).toEqual([]);
    const log = support.product.log();
    expect(log.split('\n').find((line) => line.includes('not delivered, given up') && why.test(line))).toBeDefined();
    expect(log).not.toContain(teams.appPassword);
    const metrics = await (await fetch(`${support.product.url}/metrics`)).text();
    expect(metrics).toContain(`frontdesk_outbox_send_failures_total{channel="teams",code="${code}"}`);
  };

  it.concurrent.each([
    ['an administrator has blocked it', 'BotDisabledByAdmin', 'blocked', /administrators of this tenant have blocked/],
    ['the person has blocked it', 'ConversationBlockedByUser', 'blocked', /the person, or a moderator/],
    ['the conversation is gone', 'ConversationNotFound', 'conversation_gone', /the conversation was deleted/],
  ] as const)('hands over when %s', async (_what, refuses, code, why) => {
    const { user, place } = support.chat();
    const there = teams.world.places.find(({ id }) => id === place);
    if (there !== undefined) there.refuses = refuses;
    await teams.say({ user, place, text: password });
    await expectHandedOver(place, user, code, why);
  });

  it.concurrent('hands over what stays too large without label and sources', async () => {
    const { user, place } = support.chat();
    teams.fail('send', { status: 413, place, times: Number.POSITIVE_INFINITY });
    await teams.say({ user, place, text: password });
    await expectHandedOver(place, user, 'too_large', /too large for Teams/);
  });

  it.concurrent('hands over when the app is removed before the answer, and serves who adds it again', async () => {
    const { user, place } = support.chat();
    teams.fail('send', { status: 502, place, type: 'message' });
    await teams.say({ user, place, text: password });
    // Between the first try and the next one.
    const leave = () => {
      const there = teams.world.places.find(({ id }) => id === place);
      if (there !== undefined) there.installed = false;
      return true;
    };
    await teams.waitFor(() => sendsTo(place).length > 0 && leave(), patience, 'the first try');
    await teams.uninstall({ place, user });
    await expectHandedOver(place, user, 'not_member', /the app was removed from this conversation/);
    await teams.install({ place, user });
    await teams.say({ user, place, text: 'status' });
    const isHeard = () => support.bots(place).find((message) => /is waiting for our team/.test(shown(message)));
    await teams.waitFor(isHeard, patience, 'how it stands');
  });

  it('gets another token where its own is not taken any more, and waits for one that it cannot get', async () => {
    const room = support.room();
    const asked = await ask(room);
    await support.answer(asked);
    const before = teams.tokens.length;
    teams.fail('token', { status: 503, times: 2 });
    teams.revokeTokens();
    await goOn(asked);
    expect(shown(await support.answer(asked, 2, patience))).toMatch(/printer/i);
    expect(teams.tokens.length).toBe(before + 1);
    expect(support.bots(room)).toHaveLength(2);
  });

  it.each(['a chat', 'a channel'])(
    'loses nothing in %s when it dies between sending and storing that',
    async (where) => {
      const isChat = where === 'a chat';
      const { user, place: chat } = support.chat();
      const place = isChat ? chat : support.room();
      const asked = await teams.say({ user, place, text: password, mention: !isChat });
      const isTaken = () => support.bots(place).some((message) => shown(message).includes('Forgot password'));
      // At the moment when Teams has it: before its answer can be on the way.
      await teams.waitFor(() => isTaken() && process.kill(support.product.pid, 'SIGKILL'), patience, 'the answer');
      await support.restart();
      await teams.say({ user, place, text: printer, ...(isChat ? {} : { thread: asked.id }) });
      const isNext = () => support.bots(place).some((message) => /printer/i.test(shown(message)));
      await teams.waitFor(isNext, patience, 'the next answer');
      const copies = support.bots(place).filter((message) => shown(message).includes('Forgot password'));
      // The end of a stream can be told from the first. A message cannot: nobody can ask Teams whether it is there.
      expect(copies.length).toBeLessThanOrEqual(isChat ? 1 : 2);
      expect(new Set(copies.map(shown)).size).toBe(1);
      expect(support.bots(place)).toHaveLength(copies.length + 1);
    },
  );
});
