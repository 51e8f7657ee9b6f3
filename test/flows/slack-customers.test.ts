import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signIn } from '#test/console.ts';
import { type Message, visibleText } from '#test/fakes/slack/index.ts';
import { signature } from '#test/fakes/slack/sign.ts';
import { eventually } from '#test/servers/eventually.ts';
import { labels, pingsIn, type SlackSupport, startSlackSupport } from '#test/slack.ts';

const password = 'How do I reset my password?';
const printer = 'My label printer is offline. What can I do?';

const expectCited = (answer: Message) => {
  expect(visibleText(answer)).toMatch(/Forgot password[\s\S]*Sources: .*\[1\] .*Reset or change your password/);
  expect(JSON.stringify(answer.blocks)).toContain('https://help.tidewater.example/reset-password');
  expect(labels(answer)).toEqual(['This helped', 'This did not help', 'Talk to a person']);
};

describe('customers in Slack, over HTTP', () => {
  let support: SlackSupport;
  let slack: SlackSupport['slack'];
  beforeAll(async () => {
    support = await startSlackSupport();
    slack = support.slack;
  });
  afterAll(() => support?.[Symbol.asyncDispose]());

  // Every test has a channel of its own, so that nothing of one can be taken for another's.

  it.concurrent('answers a mention in its thread, with sources and buttons, and goes on without another', async () => {
    const room = support.room();
    const asked = await slack.say({ user: 'U0ANN', channel: room, text: `<@U0BOT> ${password}` });
    expect(asked.events.map(({ via, ok, attempts }) => [via, ok, attempts.length])).toEqual(
      Array(2).fill(['http', true, 1]),
    );
    expectCited(await support.answer(asked));
    expect(slack.statuses).toContainEqual(
      expect.objectContaining({ channel: room, thread_ts: asked.ts, status: 'Looking through our articles…' }),
    );
    expect(slack.status(room, asked.ts)).toBe('');
    await slack.say({ user: 'U0ANN', channel: room, thread: asked.ts, text: printer });
    expect(visibleText(await support.answer(asked, 2))).toMatch(/printer/i);
    expect(support.bots(room)).toHaveLength(2);
  });

  it.concurrent('reads three messages in a row as one question, and answers two people one by one', async () => {
    const room = support.room({ open: true });
    const say = async (user: string, text: string) => {
      const said = await slack.say({ user, channel: room, text });
      await delay(250);
      return said;
    };
    await say('U0ANN', 'hi there');
    await say('U0ANN', 'my label printer');
    const [last, other] = await Promise.all([say('U0ANN', 'is offline, what can I do?'), say('U0BEN', password)]);
    expect(visibleText(await support.answer(last))).toMatch(/printer/i);
    expectCited(await support.answer(other));
    await slack.say({ user: 'U0ANN', channel: room, thread: last.ts, text: 'How do I change my plan?' });
    expect(visibleText(await support.answer(last, 2))).toMatch(/plan/i);
    expect(support.bots(room)).toHaveLength(3);
  });

  it.concurrent.each([
    ['three times', { times: 3 }],
    ['three times at the same moment', { times: 3, together: true }],
    ['with eleven different ids', { eventIds: Array.from({ length: 11 }, (_, n) => `Ev0DUP${n}`) }],
  ])('answers once what Slack delivers %s', async (_how, delivery) => {
    const room = support.room();
    const asked = await slack.say({ user: 'U0ANN', channel: room, text: `<@U0BOT> ${password}`, delivery });
    expect(asked.events.length).toBeGreaterThanOrEqual(6);
    await support.answer(asked);
    // And once more, long after the answer.
    for (const { payload } of asked.events.slice(-2)) await slack.deliver(payload);
    await slack.say({ user: 'U0ANN', channel: room, thread: asked.ts, text: printer, delivery });
    expect(visibleText(await support.answer(asked, 2))).toMatch(/printer/i);
    await slack.say({ user: 'U0ANN', channel: room, thread: asked.ts, text: 'How do I change my plan?' });
    expect(visibleText(await support.answer(asked, 3))).toMatch(/plan/i);
    expect(support.bots(room)).toHaveLength(3);
  });

  it.concurrent('answers the text as it is when the answer is made, and again only when it really changed', async () => {
    const room = support.room();
    const asked = await slack.say({ user: 'U0ANN', channel: room, text: `<@U0BOT> ${password}` });
    await slack.edit({ channel: room, ts: asked.ts, text: `<@U0BOT> ${printer}` });
    expect(visibleText(await support.answer(asked))).toMatch(/printer/i);
    // A preview of a link, a reaction, and an edit that leaves the words as they were.
    await slack.unfurl(asked);
    await slack.edit({ channel: room, ts: asked.ts, text: `<@U0BOT>  ${printer}` });
    await slack.edit({ channel: room, ts: asked.ts, text: `<@U0BOT> ${password}` });
    expectCited(await support.answer(asked, 2));
    expect(support.bots(room)).toHaveLength(2);
  });

  it.concurrent('says nothing to a question that was deleted before its answer', async () => {
    const room = support.room();
    const [asked, other] = await Promise.all([
      slack.say({ user: 'U0ANN', channel: room, text: `<@U0BOT> ${printer}` }),
      slack.say({ user: 'U0BEN', channel: room, text: `<@U0BOT> ${password}` }),
    ]);
    await slack.remove({ channel: room, ts: asked.ts });
    expectCited(await support.answer(other));
    await slack.say({ user: 'U0BEN', channel: room, thread: other.ts, text: 'How do I change my plan?' });
    await support.answer(other, 2);
    expect(support.bots(room)).toHaveLength(2);
    expect(slack.status(room, asked.ts)).toBe('');
  });

  it.concurrent('never makes a mention of what a customer wrote', async () => {
    const room = support.room();
    const text = `<@U0BOT> ${password} <!channel> @channel <@U0BEN> <!here|@here> &lt;!everyone&gt;`;
    const asked = await slack.say({ user: 'U0ANN', channel: room, text });
    await support.answer(asked);
    await slack.say({ user: 'U0ANN', channel: room, thread: asked.ts, text: `<!channel> a person please, <@U0BOT>` });
    await support.answer(asked, 2);
    expect(slack.calls.filter(({ args }) => args.channel === room).flatMap(pingsIn)).toEqual([]);
  });

  it.concurrent('counts one vote of each person, by button or by reaction, and shows it to the team', async () => {
    const room = support.room();
    const asked = await slack.say({ user: 'U0ANN', channel: room, text: `<@U0BOT> ${password}` });
    const { ts } = await support.answer(asked);
    await slack.press({ user: 'U0ANN', channel: room, ts, label: 'This did not help' });
    await slack.press({ user: 'U0ANN', channel: room, ts, label: 'This helped' });
    await slack.react({ user: 'U0BEN', channel: room, ts, name: '-1' });
    // Our own people have no vote, and other reactions say nothing.
    await slack.react({ user: 'U0BEN', channel: room, ts, name: 'tada' });
    await slack.press({ user: 'U0ANN', channel: room, ts, label: 'Talk to a person' });
    expect(visibleText(await support.answer(asked, 2))).toMatch(/passed this to our support team/);
    const desk = await signIn(support.product.url, 'Mira Weber');
    const found = await eventually('a case', async () =>
      (await desk.list()).find(({ question }) => question === password),
    );
    expect(found).toMatchObject({ channel: 'slack', customer: { externalId: 'T0ACME:U0ANN' } });
    const votes = async () => (await desk.get(found.id)).messages.find(({ kind }) => kind === 'answer')?.votes;
    expect(await votes()).toEqual({ up: 1, down: 1 });
    await slack.react({ user: 'U0BEN', channel: room, ts, name: '+1' });
    expect(await votes()).toEqual({ up: 2, down: 0 });
  });

  it.concurrent('tells who asks how it stands, and what there is', async () => {
    const room = support.room();
    const command = async (text: string) => {
      const before = slack.ephemerals.length;
      await slack.command('/frontdesk', text, { user: 'U0ANN', channel: room });
      return slack.ephemerals.slice(before).find(({ channel }) => channel === room)?.text;
    };
    expect(await command('help')).toMatch(/`\/frontdesk status`/);
    expect(await command('')).toMatch(/`\/frontdesk status`/);
    expect(await command('status')).toBe('You have no open request in this channel.');
    const asked = await slack.say({ user: 'U0ANN', channel: room, text: `<@U0BOT> can I talk to a person please?` });
    const code = /reference is (\w+)/.exec(visibleText(await support.answer(asked)))?.[1];
    expect(await command('status')).toBe(`Your request ${code} is waiting for our team.`);
    expect(support.bots(room)).toHaveLength(1);
  });

  const taken = async () => {
    const metrics = await (await fetch(`${support.product.url}/metrics`)).text();
    return metrics
      .split('\n')
      .filter((line) => /^frontdesk_inbound_events_total\{channel="slack",kind="message"/.test(line));
  };

  it.each([
    ['signed by somebody else', { badSignature: true }],
    ['not signed', { unsigned: true }],
    ['signed too long ago', { staleBy: 301 }],
    ['signed in the future', { staleBy: -400 }],
  ])('refuses what is %s, and keeps nothing of it', async (_what, delivery) => {
    const room = support.room();
    const before = await taken();
    const { events } = await slack.say({ user: 'U0ANN', channel: room, text: `<@U0BOT> ${password}`, delivery });
    expect(events.map(({ attempts }) => attempts.map(({ status, body }) => [status, body]))).toEqual([
      [[401, '']],
      [[401, '']],
    ]);
    expect(await taken()).toEqual(before);
  });

  it('lives through garbage that is signed', async () => {
    const before = await taken();
    const event = (event: unknown) => JSON.stringify({ type: 'event_callback', team_id: 'T0HOME', event });
    const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
    const bodies = ['', '{', 'null', '[]', '"x"', '7', deep, '{"type":7}', '{"type":"event_callback"}', event(null)];
    bodies.push(event({ type: 'message' }), event({ type: 'message', channel: 'C0ACME', ts: 'x', user: 'U0ANN' }));
    bodies.push(
      event({ type: 'message', channel: 'C0ACME', ts: '1.2', user: 'U0ANN', text: 7, blocks: 'x', files: [0] }),
    );
    bodies.push(event({ type: '__proto__' }), 'payload=%7B', 'payload=null', 'payload=%FF', 'command=%2Ffrontdesk');
    bodies.push('payload=%7B%22type%22%3A%22block_actions%22%7D', '\u0000\ufffd', 'a'.repeat(300_000));
    for (const body of bodies) {
      const seconds = Math.floor(Date.now() / 1_000);
      const form = body.includes('=') && !body.startsWith('{');
      const response = await fetch(`${support.product.url}/slack/events`, {
        method: 'POST',
        headers: {
          'content-type': form ? 'application/x-www-form-urlencoded' : 'application/json',
          'x-slack-request-timestamp': String(seconds),
          'x-slack-signature': signature(slack.signingSecret, seconds, body),
        },
        body,
      });
      expect([body.slice(0, 60), response.status]).toEqual([body.slice(0, 60), expect.toBeOneOf([200, 400])]);
    }
    expect(await taken()).toEqual(before);
    const room = support.room();
    expectCited(await support.answer(await slack.say({ user: 'U0ANN', channel: room, text: `<@U0BOT> ${password}` })));
  });

  it.each([
    ['the message, then the mention', [0, 1]],
    ['the mention, then the message', [1, 0]],
  ])('answers once when one message comes twice: %s', async (_order, order) => {
    const room = support.room();
    slack.connectHttp();
    const files = [{ name: 'orders.csv', bytes: 'order,total\n1,2\n' }];
    const asked = await slack.say({ user: 'U0ANN', channel: room, text: `<@U0BOT> ${password}`, files });
    slack.connectHttp(`${support.product.url}/slack/events`);
    const payloads = order.map((n) => asked.events[n]?.payload ?? {});
    const event = expect.objectContaining({ type: order[0] === 0 ? 'message' : 'app_mention' });
    expect(payloads[0]).toMatchObject({ event });
    for (const payload of payloads) expect((await slack.deliver(payload))[0]?.ok).toBe(true);
    expectCited(await support.answer(asked));
    for (const payload of payloads) await slack.deliver(payload);
    await slack.say({ user: 'U0ANN', channel: room, thread: asked.ts, text: printer });
    expect(visibleText(await support.answer(asked, 2))).toMatch(/printer/i);
    expect(support.bots(room)).toHaveLength(2);
  });
});

describe('workspaces that install the app themselves, in Socket Mode', () => {
  let support: SlackSupport;
  let slack: SlackSupport['slack'];
  beforeAll(async () => {
    support = await startSlackSupport({ socket: true, installable: true });
    slack = support.slack;
  });
  afterAll(() => support?.[Symbol.asyncDispose]());

  /** That the question in a room waits for a person because nothing can be sent, and why, in every place where one may look. */
  const expectHandedOver = async (room: string, question: string, code: string, why: RegExp) => {
    const desk = await signIn(support.product.url, 'Mira Weber');
    const found = await eventually('a case', async () => (await desk.list()).find((one) => why.test(one.why)));
    expect(found).toMatchObject({ channel: 'slack', reason: 'delivery-failure', status: 'open' });
    const { messages } = await desk.get(found.id);
    expect(messages[0]).toMatchObject({ author: { role: 'customer' }, markdown: question });
    expect(messages.find(({ kind }) => kind === 'answer')?.delivery).toMatchObject({ state: 'failed' });
    expect(support.bots(room)).toEqual([]);
    const log = support.product.log();
    expect(log.split('\n').find((line) => line.includes('not delivered, given up') && why.test(line))).toBeDefined();
    expect(log).not.toMatch(/xoxb-|xapp-/);
    const metrics = await (await fetch(`${support.product.url}/metrics`)).text();
    expect(metrics).toContain(`frontdesk_outbox_send_failures_total{channel="slack",code="${code}"}`);
  };

  it('keeps what comes from a workspace that it does not know, and tells a person', async () => {
    const room = support.room();
    const asked = await slack.say({ user: 'U0ANN', channel: room, text: `<@U0BOT> ${password}` });
    expect(asked.events.map(({ via, ok }) => [via, ok])).toEqual(Array(2).fill(['socket', true]));
    await expectHandedOver(room, password, 'unknown-workspace', /not installed in T0HOME.*\/slack\/install/);
  });

  it('serves a workspace as soon as it has installed the app', async () => {
    const away = await fetch(`${support.product.url}/slack/install`, { redirect: 'manual' });
    const consent = new URL(away.headers.get('location') ?? '');
    consent.searchParams.set('team', 'T0HOME');
    const back = await fetch(consent, { redirect: 'manual' });
    const cookie = (away.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    const done = await fetch(back.headers.get('location') ?? '', { headers: { cookie } });
    expect(await done.text()).toContain('Frontdesk is now in Tidewater');

    // That it was not installed is remembered for a moment; who asks then has a case, and the next one an answer.
    const answer = await eventually('an answer', async () => {
      const asked = await slack.say({ user: 'U0BEN', channel: support.room(), text: `<@U0BOT> ${password}` });
      return await support.answer(asked, 1, 2_500).catch(() => undefined);
    });
    expectCited(answer);
    const where = { channel: answer.channel, thread: answer.thread_ts ?? '' };
    await slack.say({ user: 'U0BEN', ...where, text: printer });
    const thread = { channel: where.channel, ts: where.thread };
    expect(visibleText(await support.answer(thread, 2))).toMatch(/printer/i);
    expect(slack.statuses).toContainEqual(expect.objectContaining({ status: 'Looking through our articles…' }));
  });

  it('tells a person when the workspace takes its access back before the answer', async () => {
    const room = support.room();
    await slack.say({ user: 'U0ANN', channel: room, text: `<@U0BOT> ${printer}` });
    slack.revoke();
    await expectHandedOver(room, printer, 'token_revoked', /token_revoked\).*install/);
  });
});
