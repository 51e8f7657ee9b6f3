import { randomUUID } from 'node:crypto';
import { LLMock } from '@copilotkit/aimock';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Console, signIn } from '#test/console.ts';
import { type FakeSlack, type Message as SlackMessage, startFakeSlack, visibleText } from '#test/fakes/slack/index.ts';
import {
  type Delivered,
  type FakeTeams,
  type Pressed,
  desk as place,
  startFakeTeams,
  visibleText as textOf,
} from '#test/fakes/teams/index.ts';
import { isThing } from '#test/fakes/teams/types.ts';
import { type openChat, type Product, startProduct, until } from '#test/product.ts';
import { eventually } from '#test/servers/eventually.ts';
import { askInSlack, channelIn, heard, inConsole, knowledgeIsThere, deskEnv as slackEnv } from '#test/slack-desk.ts';
import { caseOf, type DeskCase, deskEnv, seenAfter, timesAtDesk, webCaseOf } from '#test/teams-desk.ts';

const mock = new LLMock({ port: 0 });
let slack: FakeSlack;
let teams: FakeTeams;
let product: Product;
let console: Console;

beforeAll(async () => {
  await mock.start();
  const suggested = 'I have unlocked it.';
  const given = { reason: 'policy', question: 'A locked account', why: 'Only we may unlock it.' };
  const call = { name: 'hand_over', arguments: JSON.stringify({ ...given, suggested_reply: suggested }) };
  mock.onMessage(/case 404/, { toolCalls: [call] });
  mock.onMessage(/printer/, { content: 'Switch the printer off and on [1].' });
  mock.onMessage(/./, { content: 'Choose “Forgot password” [1].' });
  [slack, teams] = await Promise.all([
    startFakeSlack({
      workspaces: (home) => ({
        ...home,
        channels: [
          ...home.channels,
          ...['C0ONE', 'C0TWO', 'C0SIX'].map((id) => ({ ...channelIn(home, 'C0ACME'), id, name: id.toLowerCase() })),
        ],
      }),
    }),
    startFakeTeams(),
  ]);
  const model = { OPENAI_API_KEY: 'sk-of-the-test', OPENAI_BASE_URL: `${mock.url}/v1` };
  const env = { ...slackEnv(slack), ...deskEnv(teams), ...model, CHANNELS: 'web,slack', SLACK_MERGE_SECONDS: '0' };
  product = await startProduct({ env });
  slack.connectHttp(`${product.url}/slack/events`);
  teams.connect(`${product.url}/api/messages`);
  await knowledgeIsThere(product);
  console = await signIn(product.url, 'Mira Holm');
});
afterAll(async () => {
  // Everything that was shown is what Teams takes and shows as meant.
  expect(teams?.problems).toEqual([]);
  await product?.[Symbol.asyncDispose]();
  await Promise.all([slack?.[Symbol.asyncDispose](), teams?.[Symbol.asyncDispose](), mock.stop()]);
});

const webCase = (about: string) => webCaseOf(product.url, teams, about);
const said = (texts: readonly string[], words: string): number => texts.filter((text) => text.includes(words)).length;
const inChat = async (chat: Awaited<ReturnType<typeof openChat>>): Promise<readonly string[]> =>
  (await chat.history()).map(({ markdown }) => markdown);
const inSlack = ({ thread }: { readonly thread: () => readonly SlackMessage[] }) => thread().map(visibleText);

/** The invoke that a press sent, once more as a press of its own; `data` takes the place of what its button carried. */
const pressedAgain = async ({ events }: Pressed, user: string, data: object = {}): Promise<Delivered | undefined> => {
  const { value, from, ...rest } = events.at(-1)?.activity ?? {};
  const { name, id, aad } = teams.person(user);
  const action = isThing(value) && isThing(value.action) ? value.action : {};
  const changed = { ...action, data: { ...(isThing(action.data) ? action.data : {}), ...data } };
  const who = { ...(isThing(from) ? from : {}), name, id, aadObjectId: aad };
  const again = { ...rest, id: randomUUID(), from: who, value: { trigger: 'manual', action: changed } };
  return (await teams.post(again)).at(-1);
};
const answerOf = (delivered: Delivered | undefined) => JSON.stringify(delivered?.answer);

describe('customers in Slack, the desk in Teams', () => {
  it.concurrent('goes from a question over card, claim, replies and resolve to the next case', {
    timeout: 90_000,
  }, async () => {
    const ann = await askInSlack(slack, 'C0ACME', 'How do I reset my password?');
    await ann.hears('Forgot password');
    await ann.say('Not it. A person please.');
    const holding = visibleText(await ann.hears('Your reference is'));

    const desk = await caseOf(teams, 'A person please.');
    const { id, code } = await inConsole(console, 'reset my password');
    expect(holding).toContain(code);
    expect(desk.card()).toMatch(/^How do I reset my password\?\nOpen: nobody has this yet\nFrom: Ann Lee, Acme\n/);
    expect(desk.card().replaceAll('\u200b', '')).toContain(`\nChannel: Slack, #acme-support\nWaiting since: 20`);
    expect(desk.card()).toMatch(
      new RegExp(
        `Reference: ${code}\\nWhy now: The customer asked for a person\\.\\nTried\\n• .*password.*\\(https://`,
      ),
    );
    expect(desk.details()).toMatch(/\nAnn Lee: How do I reset my password\?\nFrontdesk: Choose .*\nAnn Lee: Not it/);
    expect(desk.buttons()).toEqual(
      expect.arrayContaining(['Claim', 'Reply', 'Note', 'Resolve', 'Hand back', 'Open in the console']),
    );

    const claimed = await desk.press('mira', 'Claim');
    expect(claimed).toMatchObject({ status: 200, statusCode: 200 });
    expect(seenAfter(claimed)).toContain('Mira Holm has this');
    await desk.says('Mira Holm has this');
    await ann.hears('Mira Holm from support has joined.');

    // By name, without it, and in the box on the card.
    await desk.write('mira', 'Hello Ann, this is by name.', { mention: true });
    const reply = visibleText(await ann.hears('this is by name'));
    expect(reply).toMatch(/Mira Holm[\s\S]*Hello Ann/);
    expect(reply).not.toContain('@');
    await desk.write('mira', 'And this is without.');
    expect(visibleText(await ann.hears('And this is without.'))).toContain('Mira Holm');
    await desk.press('mira', 'Send to customer', { text: 'And this is from the **card**.' });
    expect(visibleText(await ann.hears('And this is from the card.'))).toContain('Mira Holm');
    // Typed into the card, so the thread shows it too; what was written there is not repeated.
    expect(textOf((await desk.shows('And this is from the card.')).activity)).toContain('Mira Holm');
    const delivered = () => desk.thread().filter(({ activity }) => textOf(activity) === 'Delivered to Ann Lee.').length;
    await teams.waitFor(() => delivered() === 3, 20_000, 'three confirmations');
    expect(timesAtDesk(teams, 'this is by name')).toBe(1);

    await ann.say('It says: wrong code <b>42</b>. And @everyone else?');
    const followUp = await desk.shows('wrong code <b>42</b>. And @everyone else?');
    expect(textOf(followUp.activity)).toMatch(/^Ann Lee wrote\n/);
    expect(followUp.activity).not.toHaveProperty('entities.0.mentioned');

    expect(seenAfter(await desk.press('mira', 'Resolve'))).toContain('Resolved by Mira Holm');
    const closed = await ann.hears('Mira Holm has closed this request. Did that solve it?');
    await desk.says('Resolved by Mira Holm');
    expect(desk.buttons()).toContain('Reopen');
    expect(desk.buttons()).not.toContain('Claim');
    await slack.press({ user: 'U0ANN', channel: 'C0ACME', ts: closed.ts, label: 'Yes, solved' });
    await desk.shows('Ann Lee says that it is solved.');

    await ann.say('Thank you!');
    const has = async (words: string) => (await console.get(id)).messages.some(({ markdown }) => markdown === words);
    await until('the thanks are in the transcript', () => has('Thank you!'));
    await ann.say('My label printer is offline. What now?');
    await ann.hears('Switch the printer off and on');
    expect(desk.card()).toContain('Resolved by Mira Holm');
    expect(timesAtDesk(teams, 'Thank you')).toBe(0);
    expect(timesAtDesk(teams, 'printer')).toBe(0);
    await ann.say('Please let me talk to a person.');
    const next = await caseOf(teams, `Earlier case: ${code}`);
    expect(next.card()).toMatch(/^My label printer is offline\. What now\?\nOpen: nobody has this yet\n/);
    expect(next.id).not.toBe(desk.id);
    await next.press('otto', 'Claim');
    await ann.hears('Otto Berg from support has joined.');
    expect(said(inSlack(ann), 'has joined')).toBe(2);
  });

  it.concurrent('starts from the suggested reply, asks again when it is not solved, and takes it up', {
    timeout: 60_000,
  }, async () => {
    const ann = await askInSlack(slack, 'C0ONE', 'My account is locked, what now? It is case 404.');
    const desk = await caseOf(teams, 'A locked account');
    expect(desk.card()).toContain('Why now: Only we may unlock it.');
    expect(desk.card()).toContain('Suggested reply\nI have unlocked it.');
    // Sent as it stands, on a case that nobody has: it is theirs from then on.
    expect(seenAfter(await desk.press('otto', 'Send to customer'))).toContain('Otto Berg has this');
    expect(visibleText(await ann.hears('I have unlocked it.'))).toContain('Otto Berg');
    await desk.press('otto', 'Resolve');
    const closed = await ann.hears('Otto Berg has closed this request.');
    await slack.press({ user: 'U0ANN', channel: 'C0ONE', ts: closed.ts, label: 'Not yet' });
    await desk.shows('Ann Lee says that it is not solved.');
    const offer = await ann.hears('Shall I bring the team back in?');
    await slack.press({ user: 'U0ANN', channel: 'C0ONE', ts: offer.ts, label: 'Bring in a colleague' });
    const { code } = await inConsole(console, 'A locked account');
    await caseOf(teams, `Earlier case: ${code}`);
  });
});

describe('customers of the web chat, the desk in Teams', () => {
  it.concurrent('gives a case to the first of two who claim it at once, and both see it on the card', {
    timeout: 60_000,
  }, async () => {
    const { chat, desk } = await webCase('the blue stapler 403');
    const twice = { times: 2, together: true };
    const press = (user: string) => teams.press({ user, place, activityId: desk.id, label: 'Claim', delivery: twice });
    const [mira, otto] = await Promise.all([press('mira'), press('otto')]);
    const isMiras = seenAfter(mira).includes('Mira Holm has this');
    const [winner, loser] = isMiras ? (['Mira Holm', 'Otto Berg'] as const) : (['Otto Berg', 'Mira Holm'] as const);
    const [first, second] = isMiras ? [mira, otto] : [otto, mira];
    for (const { events } of [first, second])
      expect(events.map(({ status, answer }) => [status, answer?.statusCode])).toEqual(Array(2).fill([200, 200]));
    expect(seenAfter(first)).not.toContain('already has');
    expect(seenAfter(second)).toMatch(new RegExp(`^${winner} already has this conversation\\.\n`));
    expect(seenAfter(second)).toContain(`${winner} has this`);
    await desk.says(`${winner} has this`);
    await desk.shows(`${loser}: ${winner} already has this conversation.`);

    const [theirs, others] = isMiras ? ['mira', 'otto'] : ['otto', 'mira'];
    await desk.write(others, 'I know better.');
    await desk.shows(`${loser}: ${winner} already has this conversation. Your message was not sent.`);
    await desk.write(theirs, 'It is in the post.');
    await heard(chat, 'It is in the post.');
    await teams.press({
      ...{ user: theirs, place, activityId: desk.id },
      ...{ label: 'Resolve', delivery: twice },
    });
    await heard(chat, 'has closed this request');
    const texts = await inChat(chat);
    expect(['has joined', 'in the post', 'has closed', 'know better'].map((words) => said(texts, words))).toEqual([
      ...[1, 1, 1, 0],
    ]);
    expect(desk.thread().filter(({ activity }) => textOf(activity).includes('already has')).length).toBe(2);
  });

  it.concurrent('refuses with words what a closed case or a card of another release cannot do', {
    timeout: 60_000,
  }, async () => {
    const { chat, desk } = await webCase('the black stapler 405');
    const claim = await desk.press('mira', 'Claim');
    const older = await pressedAgain(claim, 'mira', { v: 0 });
    expect(answerOf(older)).toContain('This card is out of date; use the newest one in this thread.');
    const empty = await pressedAgain(claim, 'mira', { v: 1 });
    expect(answerOf(empty)).toContain('Mira Holm has this');
    const box = await desk.press('mira', 'Send to customer', { text: 'Hello from the card.' });
    await heard(chat, 'Hello from the card.');
    await desk.press('mira', 'Resolve');
    await desk.says('Resolved by Mira Holm');

    const refusal = 'This case is closed. Reopen it to go on with this customer.';
    for (const [press, user] of [
      [claim, 'otto'],
      [box, 'mira'],
    ] as const) {
      const answer = answerOf(await pressedAgain(press, user));
      expect(answer).toContain(refusal);
      expect(answer).toContain('Resolved by Mira Holm');
    }
    await desk.write('mira', 'One more thing.');
    await teams.waitFor(
      () =>
        desk.thread().some(({ activity }) => textOf(activity).includes(`${refusal} Your message was not sent.`)) &&
        desk.thread().some(({ activity }) => textOf(activity).startsWith('Otto Berg: This case is closed.')),
      20_000,
      'the refusals in the thread',
    );
    expect(said(await inChat(chat), 'Hello from the card.')).toBe(1);
    expect(said(await inChat(chat), 'One more thing.')).toBe(0);

    expect(seenAfter(await desk.press('otto', 'Reopen'))).toContain('Otto Berg has this');
    await desk.write('otto', 'Now it reaches you.');
    await heard(chat, 'Now it reaches you.');
    await chat.say('And the black one?', { wait: 0 });
    await desk.shows('And the black one?');
  });

  it.concurrent('keeps notes inside, hands a case to a colleague by name, and back to the bot', {
    timeout: 60_000,
  }, async () => {
    const { chat, desk } = await webCase('the green stapler 406');
    await desk.press('mira', 'Claim');
    await desk.write('mira', '// hopeless, thread');
    await desk.write('mira', '// hopeless, by name', { mention: true });
    await desk.press('otto', 'Save note', { note: 'hopeless, form' });
    await desk.shows('Internal note: hopeless, form');
    const { id } = await inConsole(console, 'green stapler 406');
    const notes = async () =>
      (await console.get(id)).messages.flatMap(({ visibility, markdown, author }) =>
        visibility === 'internal' && markdown.startsWith('hopeless') ? [`${author.name}: ${markdown}`] : [],
      );
    await eventually('three notes', async () => (await notes()).length === 3, 20_000);
    expect(await notes()).toEqual([
      'Mira Holm: hopeless, thread',
      'Mira Holm: hopeless, by name',
      'Otto Berg: hopeless, form',
    ]);

    // To somebody who was picked, and who has written nothing here yet.
    const reassign = (user: string, inputs = {}) =>
      teams.press({ user, place, activityId: desk.id, verb: 'reassign', inputs });
    const given = await reassign('mira', { person: 'nils' });
    expect(seenAfter(given)).toContain('Nils Dahl has this');
    await desk.shows('Mira Holm has given this to Nils Dahl.');
    await heard(chat, 'Nils Dahl has taken over from Mira Holm.');
    await desk.write('mira', 'Still me?');
    await desk.shows('Mira Holm: Nils Dahl already has this conversation. Your message was not sent.');
    await desk.write('nils', 'It is me now.');
    expect(await heard(chat, 'It is me now.')).toMatchObject({ author: { role: 'human', name: 'Nils Dahl' } });
    // Nobody picked: whoever presses.
    expect(seenAfter(await reassign('otto'))).toContain('Otto Berg has this');
    await desk.shows('Otto Berg has taken this over.');

    expect(seenAfter(await desk.press('otto', 'Hand back'))).toContain('Resolved by Otto Berg');
    await heard(chat, 'Otto Berg has handed back to me.');
    const { body } = await chat.say('How do I reset my password?');
    expect(body.replies).toMatchObject([{ kind: 'answer', author: { role: 'bot' } }]);
    expect(said(await inChat(chat), 'hopeless')).toBe(0);
    expect(said(await inChat(chat), 'Still me?')).toBe(0);
    expect(timesAtDesk(teams, 'reset my password?')).toBeLessThanOrEqual(2);
  });

  it('answers nobody at the desk, and holds what is written where no case is known', { timeout: 60_000 }, async () => {
    const top = await teams.say({ user: 'mira', place, mention: true, text: 'How do I reset my password?' });
    await teams.say({ user: 'otto', place, thread: top.id, mention: true, text: 'please let me talk to a person' });
    const known = await webCase('the silver stapler 407');
    const press = await known.desk.press('mira', 'Claim');
    const { conversation, ...rest } = press.events[0]?.activity ?? {};
    const id = `${place};messageid=${top.id}`;
    const [unknown] = await teams.post({
      ...{ ...rest, id: randomUUID(), replyToId: top.id },
      conversation: { ...(isThing(conversation) ? conversation : {}), id },
    });
    expect(answerOf(unknown)).toContain('use the newest card of this case');
    await heard(known.chat, 'Mira Holm from support has joined.');
    expect(teams.bots(place, top.id)).toEqual([]);
    expect(product.log()).toContain('a new post in the channel of the desk, which is in the thread of no case');
  });

  it('works without the right to hear all: mentions and the card', { timeout: 60_000 }, async () => {
    const support = teams.world.teams.find(({ name }) => name === 'Support');
    if (support === undefined) throw new Error('There is no team Support.');
    support.rsc = false;
    const unheard = async (desk: DeskCase, text: string) => {
      const { events } = await teams.say({ user: 'mira', place, thread: desk.id, text });
      expect(events).toEqual([]);
    };
    const { chat, desk } = await webCase('the gold stapler 408');
    await unheard(desk, 'Nobody hears this.');
    await desk.press('mira', 'Claim');
    await desk.write('mira', 'By name.', { mention: true });
    await heard(chat, 'By name.');
    await chat.say('A follow-up to that.', { wait: 0 });
    await desk.shows('A follow-up to that.');
    await desk.press('mira', 'Send to customer', { text: 'By card.' });
    await heard(chat, 'By card.');
    await desk.press('mira', 'Save note', { note: 'by note' });
    await desk.press('mira', 'Resolve');
    await heard(chat, 'Mira Holm has closed this request.');
    const people = (await chat.history()).filter(({ author }) => author.role === 'human');
    expect(people.map(({ markdown }) => markdown)).toEqual(['By name.', 'By card.']);
    support.rsc = true;
  });
});
