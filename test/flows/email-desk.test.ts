import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Console, signIn } from '#test/console.ts';
import {
  authservId,
  type Letter,
  type MailSystem,
  ourAddress,
  type ReadMail,
  replyTo,
  startMailSystem,
} from '#test/mail.ts';
import { openChat, type Product, startProduct } from '#test/product.ts';
import { hasDovecot } from '#test/servers/dovecot.ts';
import { eventually } from '#test/servers/eventually.ts';
import { requireServer } from '#test/servers/require.ts';
import { answerWithFile, filesIn, heard, inConsole, knowledgeIsThere, logged } from '#test/slack-desk.ts';

const how = requireServer('Dovecot', hasDovecot);
const agents = 'agents@company.example';
const patience = 20_000;

const proven = (domain: string): readonly string[] => [
  `Authentication-Results: ${authservId}; dmarc=pass header.from=${domain}`,
];

describe.runIf(how === 'run')('the desk by mail', () => {
  let mail: MailSystem;
  let product: Product;
  let team: Console;
  beforeAll(async () => {
    mail = await startMailSystem();
    product = await startProduct({
      env: { ...mail.env, DESK: 'email:Agents@company.example', EMAIL_STAFF: 'tom@freelance.example' },
    });
    await knowledgeIsThere(product);
    team = await signIn(product.url, 'Nina Holt');
  });
  afterAll(async () => {
    await product?.[Symbol.asyncDispose]();
    await mail?.[Symbol.asyncDispose]();
  });

  /** Mails to the desk that belong below `card`, oldest first. */
  const below = async (card: ReadMail): Promise<readonly ReadMail[]> =>
    (await mail.sentTo(agents)).filter(({ references }) => references.includes(card.id));
  /** The first mail below a card that says this above its hint. */
  const shows = (card: ReadMail, words: string): Promise<ReadMail> =>
    eventually(
      `"${words}" below the card`,
      async () => (await below(card)).find(({ text }) => text.includes(words)),
      patience,
    );
  const cardOf = (about: string): Promise<ReadMail> =>
    eventually(
      `a card about ${about}`,
      async () =>
        (await mail.sentTo(agents)).find(({ inReplyTo, text }) => inReplyTo === undefined && text.includes(about)),
      patience,
    );
  let count = 0;
  /** Answers as somebody's mail program does; resolves with the mail's id once it is in our mailbox. */
  const answer = async (card: ReadMail, text: string, more: Partial<Letter> = {}): Promise<string> => {
    count += 1;
    const id = `r${count}@company.example`;
    await mail.post({
      ...replyTo(card, { from: `Mira Weber <${agents}>`, id, headers: proven('company.example'), text }),
      ...more,
    });
    return id;
  };
  const webCase = async (about: string) => {
    const chat = await openChat(product.url);
    await chat.say(`Please let me talk to a person about ${about}`);
    return { chat, card: await cardOf(about) };
  };
  const historyOf = async (chat: Awaited<ReturnType<typeof openChat>>): Promise<string> =>
    (await chat.history()).map(({ markdown }) => markdown).join('\n');
  /** Reasons for which mails were not taken in. */
  const refusedMails = (): string =>
    [...logged(product, 'put into quarantine'), ...logged(product, 'not taken in')]
      .map(({ reason }) => reason)
      .join('\n');

  it.concurrent('goes from the card over reply, follow-up and note to the end, in one thread', {
    timeout: 60_000,
  }, async () => {
    const { chat, card } = await webCase('the red stapler 301');
    const { id, code } = await inConsole(team, 'red stapler 301');
    expect(card).toMatchObject({ to: [agents], cc: [], from: { name: 'Support', address: ourAddress } });
    expect(card.subject).toMatch(new RegExp(`^\\[${code}\\] .*red stapler 301`));
    expect(card.header('auto-submitted')).toBe('auto-generated');
    expect(card.text).toMatch(
      /State: Open, nobody has it yet[\s\S]*Channel: Web chat[\s\S]*Why now: The customer asked/,
    );
    expect(card.text).toMatch(/Conversation:\s+[^\n]+: Please let me talk to a person about the red stapler 301/);
    expect(card.html).toContain('Start with // for a note');

    const said = await answer(card, 'Hello, *which* stapler?');
    expect(await heard(chat, 'which')).toMatchObject({
      author: { role: 'human', name: 'Mira Weber' },
      markdown: 'Hello, *which* stapler?',
    });
    await heard(chat, 'Mira Weber from support has joined.');
    expect(await shows(card, 'Mira Weber has this case now.')).toMatchObject({ subject: `Re: ${card.subject}` });
    expect(await shows(card, 'Delivered to')).toMatchObject({ inReplyTo: said, references: [card.id, said] });

    await chat.say('The one on my desk.', { wait: 0 });
    const followUp = await shows(card, 'The one on my desk.');
    expect(followUp).toMatchObject({ to: [agents], subject: `Re: ${card.subject}`, inReplyTo: card.id });
    expect(followUp.from?.name).toMatch(/\(customer\)$/);

    await answer(followUp, '// a hopeless case');
    await answer(followUp, 'It is in the post.\n\n/resolve\n\nKind regards\nMira');
    await heard(chat, 'Mira Weber has closed this request.');
    expect(
      (await chat.history()).filter(({ author }) => author.role === 'human').map(({ markdown }) => markdown),
    ).toEqual(['Hello, *which* stapler?', 'It is in the post.\n\nKind regards\nMira']);
    await shows(card, 'Mira Weber has closed this case.');
    expect((await team.get(id)).messages).toContainEqual(
      expect.objectContaining({ markdown: 'a hopeless case', visibility: 'internal' }),
    );
    expect(await historyOf(chat)).not.toContain('hopeless');

    await answer(card, 'One more thing.');
    await shows(
      card,
      'Mira Weber: This case is closed. Reopen it to go on with this customer. Your message was not sent.',
    );
    await answer(card, '/reopen\n\nNow it reaches you.');
    await heard(chat, 'Now it reaches you.');
    expect(await historyOf(chat)).not.toContain('One more thing.');

    // Nobody at the desk is sent their own words again.
    for (const { text } of await below(card)) expect(text).not.toMatch(/which|in the post|hopeless|Now it reaches/);
  });

  it.concurrent('relays both ways with a customer by mail, files included', { timeout: 60_000 }, async () => {
    const ann = 'ann@customer.example';
    const from = `Ann Lee <${ann}>`;
    const mailTo = (nth: number): Promise<ReadMail> =>
      eventually(`mail ${nth} to ${ann}`, async () => (await mail.sentTo(ann))[nth - 1], patience);
    await mail.post({
      from,
      id: `q.${ann}`,
      headers: proven('customer.example'),
      subject: 'Invoice',
      text: 'Please let me talk to a person about the blue invoice 302.',
    });
    const card = await cardOf('blue invoice 302');
    expect(card.text).toMatch(/From: Ann Lee, customer\.example\nChannel: Email, Invoice/);
    await mailTo(1);
    const steps = { name: 'steps.txt', bytes: 'one, two, three' };
    await answerWithFile(mail, card, {
      from: `Mira Weber <${agents}>`,
      id: 'f1@company.example',
      text: 'See the file.',
      file: steps,
    });
    const reply = await mailTo(2);
    expect(reply).toMatchObject({
      from: { name: 'Mira Weber (Support)', address: ourAddress },
      subject: 'Re: Invoice',
    });
    expect(reply.text).toMatch(/^See the file\.\s+-- \nMira Weber\s*$/);
    expect(await filesIn(reply)).toEqual({ 'steps.txt': steps.bytes });
    await shows(card, 'Delivered to Ann Lee.');

    const screen = { name: 'screen.txt', bytes: 'it says no' };
    await answerWithFile(mail, reply, { from, id: `f.${ann}`, text: 'It does not work.', file: screen });
    const followUp = await shows(card, 'It does not work.');
    expect(followUp.from?.name).toBe('Ann Lee (customer)');
    expect(followUp.text).not.toContain('wrote:');
    expect(await filesIn(followUp)).toEqual({ 'screen.txt': screen.bytes });

    // She has got hold of the desk's address: her words are nobody's answer, and no conversation of hers either.
    const before = (await team.list('all')).length;
    await answer(card, 'I am support now, ann.', { from, headers: proven('customer.example') });
    await eventually('her mail is in quarantine', () => refusedMails().includes('not of the support team'), patience);
    expect((await team.list('all')).length).toBe(before);
    expect(await mail.sentTo(ann)).toHaveLength(2);
    mail.smtp.refuseRecipient(ann, 550, '5.1.1 no such user');
    await answer(card, 'Does this reach you?');
    await shows(card, 'This did not reach Ann Lee:');
  });

  it.concurrent('relays nothing that is forged, automatic or a slip', { timeout: 60_000 }, async () => {
    const { chat, card } = await webCase('the green stapler 303');
    const forged = [`Authentication-Results: ${authservId}; dmarc=fail header.from=company.example`];
    await answer(card, 'I am forged.', { headers: forged });
    await answer(card, 'I am out of the office until Monday.', {
      headers: [...proven('company.example'), 'Auto-Submitted: auto-replied'],
    });
    await answer(card, '/resovle');
    await answer(card, '', {});
    await answer(card, 'I am Tom, and proven.', {
      from: 'Tom Reed <tom@freelance.example>',
      headers: proven('freelance.example'),
    });
    // Mails are read in order: when the last is there, the others would be as well.
    expect(await heard(chat, 'I am Tom')).toMatchObject({ author: { name: 'Tom Reed' } });
    expect((await chat.history()).filter(({ author }) => author.role === 'human')).toHaveLength(1);
    expect(await historyOf(chat)).not.toMatch(/forged|Monday|resovle|Suggested|Why now/);
    for (const why of ['its author is not proven', 'automatic mail to the desk', 'nothing new in a mail to the desk'])
      expect(refusedMails()).toContain(why);

    // First claim wins, and the other is told.
    await answer(card, 'I know better.');
    await shows(card, 'Mira Weber: Tom Reed already has this conversation. Your message was not sent.');
    await answer(card, '/reassign');
    await heard(chat, 'Mira Weber has taken over from Tom Reed.');
    await answer(card, 'Now I may.\n/return');
    await heard(chat, 'Mira Weber has handed back to me.');
    expect(await historyOf(chat)).toContain('Now I may.');
    expect(await historyOf(chat)).not.toContain('I know better.');
    const { body } = await chat.say('How do I reset my password?');
    expect(body.replies).toMatchObject([{ kind: 'answer', author: { role: 'bot' } }]);
  });

  it.concurrent('shows by mail what is done in the console', { timeout: 60_000 }, async () => {
    const { chat, card } = await webCase('the grey stapler 304');
    const { id } = await inConsole(team, 'grey stapler 304');
    await team.act(id, 'claim');
    await shows(card, 'Nina Holt has this case now.');
    await team.act(id, 'reply', 'Hello from the **console**.');
    await heard(chat, 'console');
    const shown = await shows(card, 'Hello from the console.');
    expect(shown.from?.name).toBe('Nina Holt (Support)');
    await team.act(id, 'note', 'only for us');
    await shows(card, 'Internal note: only for us');
    await team.act(id, 'resolve');
    await shows(card, 'Nina Holt has closed this case.');
  });

  it('shows a case that the mail server refused as soon as it takes it', { timeout: 60_000 }, async () => {
    mail.smtp.refuseRecipient(agents, 550, '5.7.1 not today');
    const chat = await openChat(product.url);
    const { body } = await chat.say('Please let me talk to a person about the bronze stapler 305');
    expect(body.replies).toMatchObject([{ kind: 'escalate' }]);
    const { id } = await inConsole(team, 'bronze stapler 305');
    await eventually(
      'the card is given up',
      () => logged(product, 'not delivered, given up').some(({ error }) => String(error).includes('not today')),
      patience,
    );
    mail.smtp.refuseRecipient(agents);
    await team.act(id, 'claim');
    const card = await cardOf('bronze stapler 305');
    // On the card itself when that had not been given up yet as the case was claimed, else below it.
    await eventually(
      'its present state',
      async () =>
        (await mail.sentTo(agents)).some(
          ({ subject, text }) => subject.includes('305') && /Nina Holt has (it|this case now)/.test(text),
        ),
      patience,
    );
    await answer(card, '/reassign\nHello by mail.');
    expect(await heard(chat, 'Hello by mail.')).toMatchObject({ author: { name: 'Mira Weber' } });
  });
});
