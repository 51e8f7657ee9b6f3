import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signIn } from '#test/console.ts';
import {
  canBeVotedOn,
  citationsOf,
  isLabelledAi,
  type Message,
  startFakeTeams,
  visibleText,
} from '#test/fakes/teams/index.ts';
import { eventually } from '#test/servers/eventually.ts';
import { labels, pingsIn, startTeamsSupport, type TeamsSupport } from '#test/teams.ts';

const password = 'How do I reset my password?';
const printer = 'My label printer is offline. What can I do?';
const plan = 'How do I change my plan?';

const shown = ({ activity }: Message): string => visibleText(activity);

const expectCited = (answer: Message) => {
  expect(shown(answer)).toMatch(/Forgot password[\s\S]*\[1\]/);
  expect(citationsOf(answer.activity)).toContainEqual(
    expect.objectContaining({
      n: 1,
      name: 'Reset or change your password',
      url: 'https://help.tidewater.example/reset-password',
    }),
  );
  expect([isLabelledAi(answer.activity), canBeVotedOn(answer.activity)]).toEqual([true, true]);
  expect(labels(answer)).toEqual(['Talk to a person']);
};

describe('customers in Teams', { timeout: 180_000 }, () => {
  let support: TeamsSupport;
  let teams: TeamsSupport['teams'];
  beforeAll(async () => {
    support = await startTeamsSupport();
    teams = support.teams;
  }, 180_000);
  afterAll(async () => {
    const problems = teams?.problems ?? [];
    await support?.[Symbol.asyncDispose]();
    expect(problems).toEqual([]);
  });

  // Every test has places of its own, so that nothing of one can be taken for another's.

  /** The newest case of a place, as the console shows it. */
  const caseIn = async (customer: string, question: string | RegExp) => {
    const console = await signIn(support.product.url, 'Mira Weber');
    const { aad, tenant } = teams.person(customer);
    const externalId = `${tenant}:${aad}`;
    const matches = (text: string) => (typeof question === 'string' ? text === question : question.test(text));
    const isIt = (one: Awaited<ReturnType<typeof console.list>>[number]) =>
      one.channel === 'teams' && one.customer.externalId === externalId && matches(one.question);
    const { id } = await eventually('a case', async () => (await console.list()).find(isIt), 30_000);
    return { read: () => console.get(id) };
  };

  /** The next question there is not read before this has passed: who asks it takes a while to look up. */
  const hold = (place: string) => teams.fail('member', { place, hangMs: 2_000 });

  it.concurrent('streams one answer in a chat: labelled, with sources, votes and a way to a person', async () => {
    const { user, place } = support.chat();
    const asked = await teams.say({ user, place, text: password });
    expect(asked.events.map(({ ok, attempts }) => [ok, attempts.length])).toEqual([[true, 1]]);
    const answer = await support.answer(asked);
    expectCited(answer);
    const states = [...answer.earlier, answer.activity].map(({ text }) => text);
    expect(states[0]).toBe('Looking through our articles…');
    // Nobody sees a message that says nothing before it says something.
    expect(states).not.toContain('…');
    expect(teams.streams.filter((stream) => stream.place === place).map(({ state }) => state)).toEqual(['final']);
    await teams.say({ user, place, text: printer });
    expect(shown(await support.answer(asked, 2))).toMatch(/printer/i);
    expect(teams.bots(place)).toHaveLength(2);
  });

  it.concurrent('answers a mention in its thread, and goes on there without another', async () => {
    const place = support.room();
    const asked = await teams.say({ user: 'ann', place, text: password, mention: true });
    expectCited(await support.answer(asked));
    expect(teams.typing).toContainEqual(expect.objectContaining({ place, root: asked.id }));
    await teams.say({ user: 'ann', place, thread: asked.id, text: printer });
    expect(shown(await support.answer(asked, 2))).toMatch(/printer/i);
    // Each call names the thread: elsewhere it would begin a new one.
    const sends = teams.callsOf('send').filter((call) => call.place === place);
    expect(sends.map(({ root }) => root)).toEqual(sends.map(() => asked.id));
    expect(support.bots(place)).toHaveLength(2);
  });

  it.concurrent('answers questions in a support channel unasked, and keeps out of what people say to each other', async () => {
    const place = support.room({ open: true });
    const asked = await teams.say({ user: 'ann', place, text: password });
    expectCited(await support.answer(asked));
    const other = await teams.say({
      user: 'ben',
      place,
      text: 'Ann Lee, can you send me the invoice of March?',
      mention: ['ann'],
    });
    await teams.say({ user: 'ann', place, thread: other.id, text: 'Sure, which customer?' });
    await teams.say({ user: 'ben', place, thread: other.id, text: 'The one from Hamburg.' });
    await teams.say({ user: 'ann', place, thread: asked.id, text: 'Thanks, that helps!' });
    await teams.say({ user: 'ann', place, thread: asked.id, text: printer });
    expect(shown(await support.answer(asked, 2))).toMatch(/printer/i);
    await teams.say({ user: 'ann', place, thread: asked.id, text: plan });
    expect(shown(await support.answer(asked, 3))).toMatch(/plan/i);
    expect(support.bots(other)).toEqual([]);
    expect(support.bots(place)).toHaveLength(3);
  });

  it.concurrent('leaves a channel alone where nobody speaks to it', async () => {
    const place = support.room();
    const quiet = await teams.say({ user: 'ann', place, text: password });
    expect(quiet.events.map(({ ok }) => ok)).toEqual([true]);
    const asked = await teams.say({ user: 'ben', place, text: printer, mention: true });
    await support.answer(asked);
    await teams.say({ user: 'ben', place, thread: asked.id, text: plan });
    expect(shown(await support.answer(asked, 2))).toMatch(/plan/i);
    expect(support.bots(quiet)).toEqual([]);
  });

  it.concurrent.each([
    ['that lets it hear everything', true],
    ['where it hears mentions alone', false],
  ])('answers in a group chat %s', async (_which, rsc) => {
    const place = support.group({ rsc });
    const where = { place };
    expect((await teams.say({ user: 'ann', place, text: 'Lunch at noon?' })).events).toHaveLength(rsc ? 1 : 0);
    await teams.say({ user: 'ann', place, text: password, mention: true });
    expectCited(await support.answer(where));
    await teams.say({ user: 'ann', place, text: printer, mention: !rsc });
    expect(shown(await support.answer(where, 2))).toMatch(/printer/i);
    await teams.say({ user: 'ben', place, text: 'Ann Lee, lunch?', mention: ['ann'] });
    await teams.say({ user: 'ann', place, text: 'At noon.' });
    const other = support.chat();
    await teams.say({ ...other, text: plan });
    expect(shown(await support.answer(other))).toMatch(/plan/i);
    expect(support.bots(place)).toHaveLength(2);
  });

  it.concurrent('reads several messages in a row as one question', async () => {
    const { user, place } = support.chat();
    const lines = ['hi there', 'my label printer', 'is offline, what can I do?'];
    await Promise.all(lines.map((text) => teams.say({ user, place, text })));
    expect(shown(await support.answer({ place }))).toMatch(/printer/i);
    await teams.say({ user, place, text: password });
    expectCited(await support.answer({ place }, 2));
    expect(support.bots(place)).toHaveLength(2);
  });

  it.concurrent.each([
    ['three times', { times: 3 }],
    ['three times at the same moment', { times: 3, together: true }],
  ])('answers once what Teams delivers %s', async (_how, delivery) => {
    const { user, place } = support.chat();
    const room = support.room();
    const [said, asked] = await Promise.all([
      teams.say({ user, place, text: password, delivery }),
      teams.say({ user: 'ann', place: room, text: password, mention: true, delivery }),
    ]);
    expect([...said.events, ...asked.events].map(({ status }) => status)).toEqual(Array(6).fill(200));
    await Promise.all([support.answer(said), support.answer(asked)]);
    // And once more, long after the answers.
    for (const { activity } of [...said.events, ...asked.events].slice(2, 4)) await teams.post(activity);
    for (const [n, text] of [printer, plan].entries()) {
      await teams.say({ user, place, text, delivery });
      await teams.say({ user: 'ann', place: room, thread: asked.id, text, delivery });
      const word = n === 0 ? /printer/i : /plan/i;
      expect(shown(await support.answer(said, n + 2))).toMatch(word);
      expect(shown(await support.answer(asked, n + 2))).toMatch(word);
    }
    expect([support.bots(place).length, support.bots(room).length]).toEqual([3, 3]);
  });

  it.concurrent('answers the text as it is when the answer is made, and again only when it really changed', async () => {
    const place = support.room();
    hold(place);
    const asked = await teams.say({ user: 'ann', place, text: password, mention: true });
    const at = { place, id: asked.id };
    await teams.edit({ ...at, text: printer });
    expect(shown(await support.answer(asked))).toMatch(/printer/i);
    await teams.edit({ ...at, text: ` ${printer} ` });
    await teams.react({ ...at, user: 'ben', type: 'like' });
    await teams.edit({ ...at, text: password });
    expectCited(await support.answer(asked, 2));
    expect(support.bots(place)).toHaveLength(2);
  });

  it.concurrent('says nothing to a question that was deleted before its answer', async () => {
    const { user, place } = support.chat();
    const room = support.room();
    hold(place);
    hold(room);
    for (const who of [
      { user, place },
      { user: 'ann', place: room },
    ]) {
      const { id } = await teams.say({ ...who, text: printer, mention: who.place === room });
      await teams.remove({ place: who.place, id });
    }
    const other = await teams.say({ user: 'ben', place: room, text: password, mention: true });
    expectCited(await support.answer(other));
    await teams.say({ user, place, text: password });
    expectCited(await support.answer({ place }));
    await teams.say({ user: 'ben', place: room, thread: other.id, text: plan });
    await support.answer(other, 2);
    expect([support.bots(place).length, support.bots(room).length]).toEqual([1, 2]);
  });

  it.concurrent('passes files on to the team, and reads none from where Teams keeps none', async () => {
    await using trap = await startFakeTeams();
    const { user, place } = support.chat();
    const csv = 'order,total\n1,2\n';
    const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
    const files = [
      { name: 'orders.csv', bytes: csv },
      { name: 'screen.png', bytes: png, mime: 'image/png' },
    ];
    await teams.say({ user, place, text: 'I want to talk to a person about these orders', files });
    expect(shown(await support.answer({ place }))).toMatch(/passed this to our support team/);
    const found = await caseIn(user, /these orders/);
    const ref = (bytes: string | Buffer) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
    const [first] = (await found.read()).messages;
    expect(first?.attachments).toEqual([
      { name: 'orders.csv', mime: 'text/csv', bytes: csv.length, ref: ref(csv) },
      { name: expect.stringMatching(/^image/), mime: 'image/png', bytes: png.length, ref: ref(png) },
    ]);

    const elsewhere = `${trap.serviceUrl}v3/attachments/1/views/original`;
    const attachments = [
      { contentType: 'image/png', contentUrl: elsewhere },
      {
        contentType: 'application/vnd.microsoft.teams.file.download.info',
        name: 'plans.txt',
        content: { downloadUrl: `${trap.url}/files/1`, fileType: 'txt' },
      },
    ];
    await teams.say({ user, place, text: 'and these two files', extra: { attachments } });
    expect(shown(await support.answer({ place }, 2))).toMatch(/added this to your request/);
    const refused = () => support.product.log().match(/is not kept where Teams keeps files/g)?.length === 2;
    await teams.waitFor(refused, 20_000, 'both are refused');
    expect(trap.calls).toEqual([]);
  });

  it.concurrent('brings a person in by the button, tells how that stands, and counts votes', async () => {
    const place = support.room();
    const asked = await teams.say({ user: 'ann', place, text: password, mention: true });
    const answer = await support.answer(asked);
    const at = { place, activityId: answer.id };
    const vote = (user: string, reaction: 'like' | 'dislike') => teams.vote({ ...at, user, reaction });
    expect((await vote('ann', 'dislike')).status).toBe(200);
    await vote('ann', 'like');
    await vote('ben', 'dislike');
    await teams.say({ user: 'ann', place, thread: asked.id, text: 'status' });
    expect(shown(await support.answer(asked, 2))).toBe('You have no open request. Ask me anything here.');
    await teams.press({ user: 'ann', ...at, label: 'Talk to a person' });
    const code = /reference is (\w+)/.exec(shown(await support.answer(asked, 3)))?.[1];
    await teams.say({ user: 'ann', place, thread: asked.id, text: 'status' });
    expect(shown(await support.answer(asked, 4))).toContain(`Your request ${code} is waiting for our team.`);

    const found = await caseIn('ann', password);
    const votes = async () => (await found.read()).messages.find(({ kind }) => kind === 'answer')?.votes;
    expect(await votes()).toEqual({ up: 1, down: 1 });
    await vote('ben', 'like');
    expect(await votes()).toEqual({ up: 2, down: 0 });
  });

  it.concurrent('brings a person in from a chat, and never twice for one press', async () => {
    const { user, place } = support.chat();
    await teams.say({ user, place, text: password });
    const answer = await support.answer({ place });
    const press = {
      user,
      place,
      activityId: answer.id,
      label: 'Talk to a person',
      delivery: { times: 3, together: true },
    };
    const pressed = await teams.press(press);
    expect(pressed.events.map(({ answer: body }) => body?.statusCode)).toEqual([200, 200, 200]);
    expect(pressed.said).toBe('Thank you, that has arrived.');
    const code = /reference is (\w+)/.exec(shown(await support.answer({ place }, 2)))?.[1];
    await teams.say({ user, place, text: 'status?' });
    expect(shown(await support.answer({ place }, 3))).toContain(`Your request ${code} is waiting for our team.`);
    expect(support.bots(place)).toHaveLength(3);
  });

  it.concurrent('calls nobody by name, whatever a customer writes', async () => {
    const place = support.room();
    const text = `${password} <at>Ben Cole</at> <at id="0">everyone</at> @Ben @channel &lt;at&gt;Help&lt;/at&gt;`;
    const asked = await teams.say({ user: 'ann', place, text, mention: true });
    await support.answer(asked);
    await teams.say({ user: 'ann', place, thread: asked.id, text: `${text} I want a person please` });
    await support.answer(asked, 2);
    const sent = teams.calls.filter((call) => call.place === place).map(({ body }) => body ?? {});
    expect(sent.length).toBeGreaterThan(1);
    expect(sent.flatMap(pingsIn)).toEqual([]);
  });
});
