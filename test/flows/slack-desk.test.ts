import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LLMock } from '@copilotkit/aimock';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tend } from '#src/desk/index.ts';
import { createCases } from '#src/store/cases.ts';
import { openDatabase } from '#src/store/database.ts';
import { type Console, signIn } from '#test/console.ts';
import { quietLog } from '#test/database.ts';
import { type FakeSlack, startFakeSlack, visibleText } from '#test/fakes/slack/index.ts';
import { authservId, type Letter, type MailSystem, type ReadMail, replyTo, startMailSystem } from '#test/mail.ts';
import { openChat, type Product, startProduct, until } from '#test/product.ts';
import { hasDovecot } from '#test/servers/dovecot.ts';
import { eventually } from '#test/servers/eventually.ts';
import { requireServer } from '#test/servers/require.ts';
import {
  answerWithFile,
  caseOf,
  channelIn,
  deskChannel,
  deskEnv,
  desksRoots,
  filesIn,
  heard,
  inConsole,
  knowledgeIsThere,
  logged,
  saidByUs,
  slackCaseOf,
  timesAtDesk,
  webCaseOf,
} from '#test/slack-desk.ts';

const how = requireServer('Dovecot', hasDovecot);

describe.runIf(how === 'run')('customers by mail, Slack for the desk alone', () => {
  let slack: FakeSlack;
  let mail: MailSystem;
  let product: Product;
  let team: Console;
  beforeAll(async () => {
    [slack, mail] = await Promise.all([startFakeSlack(), startMailSystem()]);
    product = await startProduct({ env: { ...mail.env, ...deskEnv(slack) } });
    slack.connectHttp(`${product.url}/slack/events`);
    await knowledgeIsThere(product);
    team = await signIn(product.url, 'Mira Weber');
  });
  afterAll(async () => {
    await product?.[Symbol.asyncDispose]();
    await mail?.[Symbol.asyncDispose]();
    await slack?.[Symbol.asyncDispose]();
  });

  const mailTo = (address: string, count = 1): Promise<ReadMail> =>
    eventually(`mail ${count} to ${address}`, async () => (await mail.sentTo(address))[count - 1], 20_000);
  const headers = [`Authentication-Results: ${authservId}; dmarc=pass header.from=customer.example`];
  const letter = (from: string, text: string): Letter => ({
    from,
    id: `q.${from}`,
    headers,
    subject: 'Signing in',
    text,
  });

  it.concurrent('goes from the first mail over card, claim, reply, note and resolve to the next question', {
    timeout: 60_000,
  }, async () => {
    const ann = 'ann@customer.example';
    const from = `Ann Lee <${ann}>`;
    await mail.post({ ...letter(ann, 'How do I reset my password?'), from });
    const answer = await mailTo(ann);
    await mail.post(replyTo(answer, { from, id: `p.${ann}`, headers, text: 'Please let me talk to a person.' }));
    const holding = await mailTo(ann, 2);

    const desk = await caseOf(slack, 'Ann Lee');
    const { id, code } = await inConsole(team, 'reset my password');
    expect(holding.text).toContain(code);
    const card = desk.card().split('\n');
    expect(card[0]).toBe('How do I reset my password?');
    expect(desk.card()).toMatch(/\*Open\*, nobody has it yet[\s\S]*\*From\*\nAnn Lee, customer\.example/);
    expect(desk.card()).toMatch(new RegExp(`\\*Channel\\*\\nEmail, Signing in[\\s\\S]*\\*Reference\\*\\n${code}`));
    expect(desk.card()).toMatch(/Why now: The customer asked for a person\.\nTried\n.*password.* \(https:\/\//);
    expect(desk.card()).toMatch(
      /Conversation\nAnn Lee: How do I reset.*\nFrontdesk: .*\nAnn Lee: Please let me talk to a person/,
    );
    expect(desk.buttons()).toEqual(['Claim', 'Reply', 'Note', 'Resolve', 'Hand back', 'Open in the console']);

    await desk.press('U0MIRA', 'Claim');
    await desk.says('*Mira Weber* has it');
    expect(desk.buttons()).toEqual(['Reply', 'Note', 'Resolve', 'Hand back', 'Take over', 'Open in the console']);

    const steps = { name: 'steps.txt', bytes: 'one, two, three' };
    const said = await desk.write('U0MIRA', 'Hello Ann, I have *reset* it. See the file.', [steps]);
    const reply = await mailTo(ann, 3);
    expect(reply).toMatchObject({
      from: { name: 'Mira Weber (Support)' },
      to: [ann],
      subject: 'Re: Signing in',
      inReplyTo: `p.${ann}`,
    });
    expect(reply.references).toContain(answer.id);
    expect(reply.text).toMatch(/^Hello Ann, I have reset it\. See the file\.\s+-- \nMira Weber\s*$/);
    expect(await filesIn(reply)).toEqual({ 'steps.txt': steps.bytes });
    await desk.marked(said, 'white_check_mark');

    const screen = { name: 'screen.txt', bytes: 'it says no' };
    await answerWithFile(mail, reply, { from, id: `f.${ann}`, text: 'It does not work.', file: screen });
    const followUp = await desk.shows('It does not work.');
    expect(visibleText(followUp)).toContain('Ann Lee');
    expect(visibleText(followUp)).not.toContain('wrote:');
    expect(followUp.files.map(({ name, bytes }) => [name, bytes.toString()])).toEqual([[screen.name, screen.bytes]]);

    await desk.write('U0MIRA', '// she is our oldest customer');
    await until('the note is in the transcript', async () =>
      (await team.get(id)).messages.some(({ markdown }) => markdown === 'she is our oldest customer'),
    );
    await desk.press('U0MIRA', 'Resolve');
    await desk.says('*Closed* by Mira Weber');
    expect(desk.buttons()).toEqual(['Reopen', 'Open in the console']);

    // Complete on both sides: what the customer may read, in order, and the note for the team alone.
    const { messages, conversation } = await team.get(id);
    expect(conversation.status).toBe('resolved');
    expect(
      messages.map(({ author, visibility, kind }) => `${author.name ?? author.role} ${visibility} ${kind}`),
    ).toEqual([
      'Ann Lee customer message',
      'Frontdesk customer answer',
      'Ann Lee customer message',
      'Frontdesk customer escalate',
      'Frontdesk customer notice',
      'Mira Weber customer message',
      'Ann Lee customer message',
      'Mira Weber internal message',
      'Frontdesk customer notice',
    ]);
    // Mail has no place for notices; nothing said inside goes out either.
    expect(await mail.sentTo(ann)).toHaveLength(3);

    await mail.post(replyTo(reply, { from, id: `t.${ann}`, headers, text: 'Thank you!' }));
    await until('the thanks are in the transcript', async () =>
      (await team.get(id)).messages.some(({ markdown }) => markdown === 'Thank you!'),
    );
    await mail.post(replyTo(reply, { from, id: `n.${ann}`, headers, text: 'My label printer is offline. What now?' }));
    const again = await mailTo(ann, 4);
    expect(again).toMatchObject({ from: { name: 'Support' }, inReplyTo: `n.${ann}` });
    expect(again.text).toMatch(/printer/i);
    expect(desk.card()).toContain('*Closed* by Mira Weber');
    expect(timesAtDesk(slack, 'printer')).toBe(0);
    for (const { text } of await mail.sentTo(ann)) expect(text).not.toContain('oldest customer');
  });

  it.concurrent('explains a refused mail at the reply that it was', { timeout: 60_000 }, async () => {
    const bob = 'bob@customer.example';
    await mail.post({
      ...letter(bob, 'Please let me talk to a person about our invoice for last week.'),
      from: `Bob <${bob}>`,
    });
    const desk = await caseOf(slack, 'our invoice for last week');
    await mailTo(bob);
    await desk.press('U0TOM', 'Claim');
    await desk.says('*Tom Reed* has it');
    mail.smtp.refuseRecipient(bob, 550, '5.1.1 no such user');
    const said = await desk.write('U0TOM', 'Which address should be on it?');
    await desk.shows(/^This did not reach Bob: .*no such user/);
    await desk.marked(said, 'warning');
    expect(desk.marks(said)).toEqual(['warning']);
  });
});

describe('customers in Slack and on the web, the desk in Slack', () => {
  const mock = new LLMock({ port: 0 });
  let slack: FakeSlack;
  let product: Product;
  let mira: Console;
  beforeAll(async () => {
    await mock.start();
    mock.onMessage(/case 104/, {
      toolCalls: [
        {
          name: 'hand_over',
          arguments: JSON.stringify({
            reason: 'policy',
            question: 'A locked account',
            why: 'Only we may unlock it.',
            suggested_reply: 'I have unlocked it.',
          }),
        },
      ],
    });
    mock.onMessage(/./, { content: 'Choose “Forgot password” [1].' });
    slack = await startFakeSlack({
      workspaces: (given) => ({
        ...given,
        channels: [
          ...given.channels,
          ...['C0ONE', 'C0TWO'].map((id) => ({ ...channelIn(given, 'C0ACME'), id, name: id.toLowerCase() })),
        ],
      }),
    });
    product = await startProduct({
      env: {
        ...deskEnv(slack),
        CHANNELS: 'web,slack',
        SLACK_MERGE_SECONDS: '0',
        OPENAI_API_KEY: 'sk-of-the-test',
        OPENAI_BASE_URL: `${mock.url}/v1`,
      },
    });
    slack.connectHttp(`${product.url}/slack/events`);
    await knowledgeIsThere(product);
    mira = await signIn(product.url, 'Mira Weber');
  });
  afterAll(async () => {
    await product?.[Symbol.asyncDispose]();
    await slack?.[Symbol.asyncDispose]();
    await mock.stop();
  });

  /** Something that the app says in the desk's channel and that belongs to no case. */
  const sayAsBot = async (text: string): Promise<string> => {
    const response = await fetch(`${slack.apiUrl}chat.postMessage`, {
      method: 'POST',
      headers: { authorization: `Bearer ${slack.botToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ channel: deskChannel, text }),
    });
    return ((await response.json()) as { ts: string }).ts;
  };
  const webCase = (about: string) => webCaseOf(product.url, slack, about);
  const slackCase = (channel: string, about: string) => slackCaseOf(slack, channel, about);

  it.concurrent('relays both ways with a customer of the web chat, files included', { timeout: 60_000 }, async () => {
    const { chat, desk } = await webCase('the red stapler 101');
    await desk.press('U0MIRA', 'Claim');
    expect(await heard(chat, 'Mira Weber from support has joined.')).toMatchObject({ kind: 'notice' });
    const said = await desk.write('U0MIRA', 'Hello, *which* stapler?', [{ name: 'staplers.txt', bytes: 'red, blue' }]);
    expect(await heard(chat, 'which')).toMatchObject({
      author: { role: 'human', name: 'Mira Weber' },
      markdown: 'Hello, **which** stapler?',
      attachments: [{ name: 'staplers.txt', bytes: 9 }],
    });
    await desk.marked(said, 'white_check_mark');

    const form = new FormData();
    form.append('file', new Blob(['a picture of it'], { type: 'text/plain' }), 'mine.txt');
    const headers = { authorization: `Bearer ${chat.token}` };
    const at = `${product.url}/api/chat/sessions/${chat.id}`;
    const uploaded = await fetch(`${at}/attachments`, { method: 'POST', headers, body: form });
    const attachments: unknown = await uploaded.json();
    const posted = await fetch(`${at}/messages?wait=0`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify({ text: 'The one in this file.', attachments }),
    });
    expect(posted.status).toBe(201);
    const followUp = await desk.shows('The one in this file.');
    expect(followUp.files.map(({ name, bytes }) => [name, bytes.toString()])).toEqual([
      ['mine.txt', 'a picture of it'],
    ]);

    await desk.write('U0MIRA', '// hopeless case');
    await desk.press('U0MIRA', 'Resolve');
    await heard(chat, 'Mira Weber has closed this request.');
    expect((await chat.history()).map(({ markdown }) => markdown).join()).not.toContain('hopeless');
    expect((await inConsole(mira, 'stapler 101')).messages).toContainEqual(
      expect.objectContaining({ markdown: 'hopeless case', visibility: 'internal' }),
    );
  });

  it.concurrent('relays both ways with a customer in a connected channel, files included', {
    timeout: 60_000,
  }, async () => {
    const customer = await slackCase('C0ACME', 'the green stapler 102');
    const { desk } = customer;
    expect(desk.card()).toMatch(/\*From\*\nAnn Lee, Acme\n\*Channel\*\nSlack, #acme-support/);
    await desk.press('U0TOM', 'Claim');
    await customer.hears('Tom Reed from support has joined.');
    const said = await desk.write('U0TOM', 'Hello Ann, *which* stapler?', [{ name: 'staplers.txt', bytes: 'green' }]);
    const reply = await customer.hears('which');
    expect(visibleText(reply)).toContain('Tom Reed');
    expect(reply.files.map(({ name, bytes }) => [name, bytes.toString()])).toEqual([['staplers.txt', 'green']]);
    await desk.marked(said, 'white_check_mark');
    await customer.say('The one in this file.', [{ name: 'mine.txt', bytes: 'a picture of it' }]);
    const followUp = await desk.shows('The one in this file.');
    expect(visibleText(followUp)).toContain('Ann Lee');
    expect(followUp.files.map(({ bytes }) => bytes.toString())).toEqual(['a picture of it']);
    // A file says nothing of who sent it.
    await desk.write('U0TOM', '', [{ name: 'label.txt', bytes: 'a label' }]);
    expect((await customer.hears('Tom Reed sent this')).files).toHaveLength(1);
    await customer.say('', [{ name: 'back.txt', bytes: 'the back of it' }]);
    expect((await desk.shows(/sent this$/)).files).toHaveLength(1);
    await desk.write('U0TOM', '// hopeless case');
    await desk.press('U0TOM', 'Resolve');
    await customer.hears('Tom Reed has closed this request.');
    expect(customer.thread().map(visibleText).join()).not.toContain('hopeless');
  });

  it.concurrent('gives a case to the first of two who claim it at once, and tells the other', {
    timeout: 60_000,
  }, async () => {
    const { chat, desk } = await webCase('the blue stapler 103');
    const twice = { times: 2 };
    await Promise.all([
      slack.press({ user: 'U0MIRA', channel: deskChannel, ts: desk.ts, label: 'Claim', delivery: twice }),
      slack.press({ user: 'U0TOM', channel: deskChannel, ts: desk.ts, label: 'Claim', delivery: twice }),
      slack.press({ user: 'U0MIRA', channel: deskChannel, ts: desk.ts, label: 'Claim' }),
    ]);
    await desk.says(/\*(Mira Weber|Tom Reed)\* has it/);
    const [winner, loser] = desk.card().includes('*Mira Weber* has it')
      ? ([
          ['U0MIRA', 'Mira Weber'],
          ['U0TOM', 'Tom Reed'],
        ] as const)
      : ([
          ['U0TOM', 'Tom Reed'],
          ['U0MIRA', 'Mira Weber'],
        ] as const);
    const refusal = `${loser[1]}: ${winner[1]} already has this conversation.`;
    const refusals = () => desk.thread().filter((message) => visibleText(message).startsWith(refusal)).length;
    await slack.waitFor(() => refusals() === 1, 20_000, refusal);
    const refused = await desk.write(loser[0], 'I know better.');
    const said = await desk.write(winner[0], 'Hello, it is in the post.');
    await heard(chat, 'it is in the post');
    await desk.marked(said, 'white_check_mark');
    await slack.waitFor(() => refusals() === 2, 20_000, `${refusal} again`);
    await desk.marked(refused, 'warning');
    expect(desk.marks(refused)).toEqual(['warning']);
    await Promise.all([
      slack.press({ user: winner[0], channel: deskChannel, ts: desk.ts, label: 'Resolve', delivery: twice }),
      slack.press({ user: winner[0], channel: deskChannel, ts: desk.ts, label: 'Resolve' }),
    ]);
    await heard(chat, 'has closed this request');
    const history = await chat.history();
    expect(history.map(({ markdown }) => markdown).join()).not.toContain('know better');
    expect(history.filter(({ markdown }) => markdown.includes('has joined'))).toHaveLength(1);
    expect(history.filter(({ markdown }) => markdown.includes('has closed'))).toHaveLength(1);
    expect(refusals()).toBe(2);
  });

  it.concurrent('opens forms for Reply and Note, with the suggestion to start from', { timeout: 60_000 }, async () => {
    const chat = await openChat(product.url);
    await chat.say('My account is locked, what now? It says case 104.');
    const desk = await caseOf(slack, 'A locked account');
    expect(desk.card()).toContain('Suggested reply\nI have unlocked it.');
    const open = async (label: string) => {
      const { triggerId } = await desk.press('U0MIRA', label);
      return slack.waitFor(
        () => slack.views.find(({ trigger_id }) => trigger_id === triggerId),
        5_000,
        `the form of ${label}`,
      );
    };
    const form = await open('Reply');
    expect(JSON.stringify(form.view)).toContain('"initial_value":"I have unlocked it."');
    const empty = await slack.submitView(form, { text: '   ' });
    expect(empty.events[0]?.attempts[0]?.body).toContain('Write what the customer should read.');
    expect(form.open).toBe(true);
    await slack.submitView(form, { text: 'I have unlocked it, **Ann**.' });
    expect(form.open).toBe(false);
    expect(await heard(chat, 'I have unlocked it, **Ann**.')).toMatchObject({
      author: { role: 'human', name: 'Mira Weber' },
    });
    const shown = await desk.shows('I have unlocked it');
    expect(visibleText(shown)).toContain('Mira Weber');
    await desk.shows('Delivered to');
    await desk.says('*Mira Weber* has it');

    const note = await open('Note');
    await slack.submitView(note, { text: 'ask finance' });
    await desk.shows('Internal note: ask finance');
    expect((await chat.history()).map(({ markdown }) => markdown).join()).not.toContain('finance');
    expect((await inConsole(mira, 'A locked account')).messages).toContainEqual(
      expect.objectContaining({ markdown: 'ask finance', visibility: 'internal' }),
    );
  });

  it.concurrent('hands back to the bot, refuses words in a closed case, and reopens it', {
    timeout: 60_000,
  }, async () => {
    const { chat, desk } = await webCase('the black stapler 105');
    await desk.press('U0MIRA', 'Claim');
    await heard(chat, 'Mira Weber from support has joined.');
    await desk.press('U0MIRA', 'Hand back');
    await heard(chat, 'Mira Weber has handed back to me.');
    await desk.says('*Closed* by Mira Weber');
    const { body } = await chat.say('How do I reset my password?');
    expect(body.replies).toMatchObject([{ kind: 'answer', author: { role: 'bot' } }]);
    expect(desk.thread()).toEqual([]);

    await desk.write('U0MIRA', 'One more thing.');
    await desk.shows('Mira Weber: This case is closed. Reopen it to go on with this customer.');
    expect(desk.buttons()).toContain('Reopen');
    await desk.press('U0MIRA', 'Reopen');
    await desk.says('*Mira Weber* has it');
    await desk.write('U0MIRA', 'Now it reaches you.');
    await heard(chat, 'Now it reaches you.');
    expect((await chat.history()).map(({ markdown }) => markdown)).not.toContain('One more thing.');
    await chat.say('And the black one?', { wait: 0 });
    await desk.shows('And the black one?');
    await chat.say('How do I reset my password?', { wait: 1 });
    await desk.shows('How do I reset my password?');
    expect((await chat.history()).at(-1)?.author.role).toBe('customer');
  });

  it.concurrent('shows in Slack what is done in the console, and the other way round', {
    timeout: 60_000,
  }, async () => {
    const customer = await slackCase('C0ONE', 'the grey stapler 106');
    const { desk } = customer;
    const { id } = await inConsole(mira, 'stapler 106');
    await mira.act(id, 'claim');
    await desk.says('*Mira Weber* has it');
    await mira.act(id, 'reply', 'Hello from the *console*.');
    await customer.hears('Hello from the console.');
    const shown = await desk.shows('Hello from the console.');
    expect(visibleText(shown)).toContain('Mira Weber');
    await mira.act(id, 'note', 'only for us');
    await desk.shows('Internal note: only for us');
    await customer.say('Thanks, and the grey one?');
    await desk.shows('and the grey one?');
    await desk.write('U0MIRA', 'Hello from Slack.');
    await customer.hears('Hello from Slack.');
    await until('the console has it', async () =>
      (await mira.get(id)).messages.some(
        ({ markdown, delivery }) => markdown === 'Hello from Slack.' && delivery?.state === 'delivered',
      ),
    );
    await desk.press('U0MIRA', 'Resolve');
    await until('the console shows it closed', async () => (await mira.get(id)).status === 'resolved');
    await mira.act(id, 'reopen');
    await desk.says('*Mira Weber* has it');
    expect(customer.thread().map(visibleText).join()).not.toContain('only for us');

    const { desk: next } = await webCase('the white stapler 107');
    await next.press('U0TOM', 'Claim');
    await until(
      'the claim is in the console',
      async () => (await inConsole(mira, 'stapler 107')).claimedBy === 'Tom Reed',
    );
    await expect(mira.act((await inConsole(mira, 'stapler 107')).id, 'claim')).rejects.toThrow('Tom Reed already has');
  });

  it.concurrent('explains at the reply that the customer’s channel is archived', { timeout: 60_000 }, async () => {
    const customer = await slackCase('C0TWO', 'the pink stapler 108');
    const { desk } = customer;
    await desk.press('U0MIRA', 'Claim');
    await customer.hears('has joined');
    await slack.archive('C0TWO');
    const said = await desk.write('U0MIRA', 'Hello Ann.');
    await desk.shows(/^This did not reach Ann Lee: .*archived/);
    await desk.marked(said, 'warning');
  });

  it('holds what is written under a card before its receipt has come, and answers nobody at the desk', {
    timeout: 60_000,
  }, async () => {
    // What people say among themselves there: in the channel, to the bot, in threads that are no case.
    const top = await slack.say({ user: 'U0MIRA', channel: deskChannel, text: '<@U0BOT> How do I reset my password?' });
    await slack.say({
      user: 'U0TOM',
      channel: deskChannel,
      thread: top.ts,
      text: '<@U0BOT> How do I reset my password?',
    });
    await slack.say({ user: 'U0TOM', channel: deskChannel, thread: top.ts, text: 'please let me talk to a person' });
    await slack.say({ user: 'U0TOM', channel: deskChannel, text: 'How do I reset my password?' });
    const foreign = await sayAsBot('A message of the app that is no card.');
    await slack.say({
      user: 'U0TOM',
      channel: deskChannel,
      thread: foreign,
      text: '<@U0BOT> How do I reset my password?',
    });

    slack.fail('chat.postMessage', { channel: deskChannel, drop: 'after' });
    slack.fail('conversations.history', { channel: deskChannel, hangMs: 1_500 });
    const looked = slack.callsOf('conversations.history').length;
    const chat = await openChat(product.url);
    await chat.say('Please let me talk to a person about the gold stapler 109');
    const desk = await caseOf(slack, 'gold stapler 109');
    const first = await desk.write('U0MIRA', 'Hello, I am quick.');
    await desk.press('U0MIRA', 'Claim');
    const second = await desk.write('U0MIRA', 'Very quick.');
    // Slack has not said yet where the card is.
    expect(
      slack
        .callsOf('conversations.history')
        .slice(looked)
        .some(({ answer }) => answer !== undefined),
    ).toBe(false);
    await heard(chat, 'Very quick.');
    await desk.says('*Mira Weber* has it');
    await desk.marked(first, 'white_check_mark');
    await desk.marked(second, 'white_check_mark');
    const people = (await chat.history()).filter(({ author }) => author.role === 'human');
    expect(people.map(({ markdown }) => markdown)).toEqual(['Hello, I am quick.', 'Very quick.']);
    expect(desksRoots(slack).filter((message) => visibleText(message).includes('gold stapler 109'))).toHaveLength(1);

    for (const ts of [top.ts, foreign])
      expect(
        slack
          .thread(deskChannel, ts)
          .slice(1)
          .filter(({ bot_id }) => bot_id !== undefined),
      ).toEqual([]);
    expect(saidByUs(slack, deskChannel).join()).not.toContain('Forgot password');
  });

  it('serves the customer while the desk’s channel is limited, and shows the card as soon as it may', {
    timeout: 60_000,
  }, async () => {
    slack.fail('chat.postMessage', { channel: deskChannel, status: 429, retryAfter: 2 });
    const limited = slack.waitFor(
      () => slack.callsOf('chat.postMessage').find(({ answer }) => answer?.error === 'ratelimited'),
      20_000,
    );
    const chat = await openChat(product.url);
    const { body } = await chat.say('Please let me talk to a person about the silver stapler 110');
    expect(body.replies).toMatchObject([{ kind: 'escalate' }]);
    const { at } = await limited;
    expect(timesAtDesk(slack, 'silver stapler 110')).toBe(0);
    const desk = await caseOf(slack, 'silver stapler 110');
    expect((slack.message(deskChannel, desk.ts)?.at ?? 0) - at).toBeGreaterThanOrEqual(2_000);
    await desk.press('U0MIRA', 'Claim');
    await heard(chat, 'Mira Weber from support has joined.');
    expect(timesAtDesk(slack, 'silver stapler 110')).toBe(1);
  });

  it('goes on in the console while the desk’s channel is archived or its token revoked, and says what to do', {
    timeout: 60_000,
  }, async () => {
    const before = new Set(logged(product, 'not delivered, given up').map(({ outboxId }) => outboxId));
    const givenUp = (why: string) =>
      logged(product, 'not delivered, given up').filter(
        ({ outboxId, error }) => !before.has(outboxId) && String(error).includes(why),
      ).length;
    await slack.archive(deskChannel);
    const chat = await openChat(product.url);
    const { body } = await chat.say('Please let me talk to a person about the bronze stapler 111');
    expect(body.replies).toMatchObject([{ kind: 'escalate' }]);
    const archived = '(is_archived): the channel is archived; unarchive it or answer elsewhere';
    await until('the log says what to do', () => givenUp(archived) > 0);
    const health: unknown = await (await fetch(`${product.url}/health`)).json();
    expect(JSON.stringify(health)).toContain('desk #support-desk: the channel is archived; choose another in DESK');
    const { id } = await inConsole(mira, 'bronze stapler 111');
    await mira.act(id, 'claim');
    await mira.act(id, 'reply', 'Hello from the console.');
    await heard(chat, 'Hello from the console.');
    await chat.say('And the bronze one?', { wait: 0 });

    // What belongs below a card that could not be shown is not posted without it.
    await until('nothing of it waits for the desk any more', () => givenUp(archived) + givenUp('no-thread') >= 5);

    // What was said meanwhile is in the console; with the next change the card is shown after all, in its present state.
    channelIn(slack.workspaces, deskChannel).archived = false;
    await mira.act(id, 'resolve');
    const late = await caseOf(slack, 'bronze stapler 111');
    await late.says(/\*Closed\* by Mira Weber/);
    expect(timesAtDesk(slack, 'bronze stapler 111')).toBe(1);

    slack.revoke();
    const other = await openChat(product.url);
    const said = await other.say('Please let me talk to a person about the copper stapler 112');
    expect(said.body.replies).toMatchObject([{ kind: 'escalate' }]);
    await until('the log says what to do', () => givenUp('install the app there again (or renew SLACK_BOT_TOKEN)') > 0);
    const { id: second } = await inConsole(mira, 'copper stapler 112');
    await mira.act(second, 'reply', 'Hello again from the console.');
    await heard(other, 'Hello again from the console.');
    expect(timesAtDesk(slack, 'copper stapler 112')).toBe(0);

    for (const token of slack.workspaces.tokens) token.state = 'live';
    const { chat: third, desk } = await webCase('the brass stapler 113');
    await desk.press('U0MIRA', 'Claim');
    await heard(third, 'Mira Weber from support has joined.');
  });
});

describe('a product that is killed while the desk works', () => {
  it('relays each reply exactly once, and reminds the desk of a case that nobody took', {
    timeout: 90_000,
  }, async () => {
    await using slack = await startFakeSlack();
    const home = await mkdtemp(join(tmpdir(), 'frontdesk-'));
    const env = {
      ...deskEnv(slack),
      CHANNELS: 'web,slack',
      WORK_LEASE_SECONDS: '2',
      FEATURE_SAMPLE_KNOWLEDGE: 'false',
    };
    let product = await startProduct({ env, home });
    try {
      slack.connectHttp(`${product.url}/slack/events`);
      const [red, green, blue, grey] = await Promise.all([
        slackCaseOf(slack, 'C0ACME', 'the red stapler 201'),
        slackCaseOf(slack, 'C0MANY', 'the green stapler 202', 'U0GUS'),
        webCaseOf(product.url, slack, 'the blue stapler 203'),
        webCaseOf(product.url, slack, 'the grey stapler 204'),
      ]);
      await Promise.all([red, green, blue].map(({ desk }) => desk.press('U0MIRA', 'Claim')));
      await Promise.all([red.hears('has joined'), green.hears('has joined'), heard(blue.chat, 'has joined')]);

      // One reply on its way to Slack, one that Slack took without our hearing of it, one that has only just come in.
      slack.fail('chat.postMessage', { channel: 'C0ACME', hangMs: 3_000, drop: 'before' });
      slack.fail('chat.postMessage', { channel: 'C0MANY', drop: 'after' });
      const calls = slack.calls.length;
      const first = await red.desk.write('U0MIRA', 'The red one is in the post.');
      const second = await green.desk.write('U0MIRA', 'The green one is in the post.');
      await slack.waitFor(
        () =>
          slack.calls
            .slice(calls)
            .some(({ method, args }) => method === 'chat.postMessage' && args.channel === 'C0ACME'),
        20_000,
        'the reply to Ann on its way',
      );
      await green.hears('in the post');
      const third = await blue.desk.write('U0MIRA', 'The blue one is in the post.');
      await product.kill();
      expect(red.thread().map(visibleText).join()).not.toContain('in the post');

      // Nobody was there for a while.
      {
        const settings = { home, poolSize: 1, statementTimeoutMs: 15_000, idleTimeoutMs: 10_000 };
        await using database = await openDatabase(settings, quietLog);
        const cases = createCases(database.db);
        const upkeep = { sla: {}, remindAfterMinutes: 10, secondLevelAfterMinutes: 0 };
        const tomorrow = new Date(Date.now() + 86_400_000);
        const nudges = (await cases.open()).flatMap((open) => tend(open, upkeep, tomorrow));
        expect(nudges.map(({ action }) => action)).toEqual(['remind']);
        await cases.tell(nudges);
        expect((await cases.open()).flatMap((open) => tend(open, upkeep, tomorrow))).toEqual([]);
      }
      product = await startProduct({ env, home, port: Number(new URL(product.url).port) });

      await red.desk.marked(first, 'white_check_mark');
      await green.desk.marked(second, 'white_check_mark');
      await blue.desk.marked(third, 'white_check_mark');
      const reminder = await grey.desk.shows(/^Nobody has taken [0-9A-Z]{4} yet\. The customer is still waiting\.$/);
      await heard(grey.chat, 'Nobody has been able to take');
      expect(grey.desk.card()).toContain(/taken (\S+) yet/.exec(visibleText(reminder))?.[1]);
      await grey.desk.press('U0TOM', 'Claim');
      await grey.desk.says('*Tom Reed* has it');
      const inThePost = (texts: readonly string[]) => texts.filter((text) => text.includes('in the post'));
      expect(inThePost(red.thread().map(visibleText))).toHaveLength(1);
      expect(inThePost(green.thread().map(visibleText))).toHaveLength(1);
      expect(inThePost((await blue.chat.history()).map(({ markdown }) => markdown))).toHaveLength(1);
      expect(grey.desk.thread()).toHaveLength(1);
    } finally {
      await product[Symbol.asyncDispose]();
      await rm(home, { recursive: true, force: true });
    }
  });
});
