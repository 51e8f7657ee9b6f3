import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Hours, hoursSchema, nextOpening } from '#core/hours.ts';
import { tendDesk } from '#src/compose-desk.ts';
import type { Upkeep } from '#src/desk/index.ts';
import { createSignal } from '#src/pipeline/signal.ts';
import { createCases } from '#src/store/cases.ts';
import { openDatabase } from '#src/store/database.ts';
import { createDeskRows } from '#src/store/desk.ts';
import { type Console, signIn } from '#test/console.ts';
import { quietLog } from '#test/database.ts';
import { desk as deskChannel, type FakeTeams, startFakeTeams, visibleText } from '#test/fakes/teams/index.ts';
import { things } from '#test/fakes/teams/types.ts';
import { authservId, type Letter, type MailSystem, type ReadMail, replyTo, startMailSystem } from '#test/mail.ts';
import { openChat, type Product, startProduct, until } from '#test/product.ts';
import { recordingLog } from '#test/recording-log.ts';
import { hasDovecot } from '#test/servers/dovecot.ts';
import { eventually } from '#test/servers/eventually.ts';
import { requireServer } from '#test/servers/require.ts';
import { answerWithFile, filesIn, heard, inConsole, knowledgeIsThere } from '#test/slack-desk.ts';
import { caseOf, deskEnv, desksRoots, seenAfter, timesAtDesk, webCaseOf } from '#test/teams-desk.ts';

const how = requireServer('Dovecot', hasDovecot);
const patience = 20_000;

describe.runIf(how === 'run')('customers by mail, Teams for the desk alone', () => {
  let teams: FakeTeams;
  let mail: MailSystem;
  let product: Product;
  let team: Console;
  beforeAll(async () => {
    [teams, mail] = await Promise.all([startFakeTeams(), startMailSystem()]);
    product = await startProduct({ env: { ...mail.env, ...deskEnv(teams) } });
    teams.connect(`${product.url}/api/messages`);
    await knowledgeIsThere(product);
    team = await signIn(product.url, 'Mira Holm');
  });
  afterAll(async () => {
    expect(teams?.problems).toEqual([]);
    await product?.[Symbol.asyncDispose]();
    await mail?.[Symbol.asyncDispose]();
    await teams?.[Symbol.asyncDispose]();
  });

  const headers = [`Authentication-Results: ${authservId}; dmarc=pass header.from=customer.example`];
  const mailTo = (address: string, count = 1): Promise<ReadMail> =>
    eventually(`mail ${count} to ${address}`, async () => (await mail.sentTo(address))[count - 1], patience);
  const letter = (address: string, text: string): Letter => ({
    ...{ from: `Ann Lee <${address}>`, id: `q.${address}`, headers, subject: 'Signing in', text },
  });

  it.concurrent('goes from the first mail over card, claim, replies, files, note and resolve to the next case', {
    timeout: 90_000,
  }, async () => {
    const ann = 'ann@customer.example';
    const from = `Ann Lee <${ann}>`;
    const write = (to: ReadMail, id: string, text: string) =>
      mail.post(replyTo(to, { from, id: `${id}.${ann}`, headers, text }));
    await mail.post(letter(ann, 'How do I reset my password?'));
    const answer = await mailTo(ann);
    await write(answer, 'p', 'Please let me talk to a person.');
    const holding = await mailTo(ann, 2);
    const desk = await caseOf(teams, 'Ann Lee');
    const { id, code } = await inConsole(team, 'reset my password');
    expect(holding.text).toContain(code);
    expect(desk.card()).toMatch(
      /^How do I reset my password\?\nOpen: nobody has this yet\nFrom: Ann Lee, customer\.example\nChannel: Email, Signing in\n/,
    );
    expect(desk.card()).toMatch(/Why now: The customer asked for a person\.\nTried\n• .*password.*\(https:\/\//);
    await desk.press('mira', 'Claim');
    await desk.says('Mira Holm has this');

    await desk.write('mira', 'Hello Ann, I have **reset** it.');
    const reply = await mailTo(ann, 3);
    expect(reply).toMatchObject({
      ...{ from: { name: 'Mira Holm (Support)' }, to: [ann], subject: 'Re: Signing in', inReplyTo: `p.${ann}` },
    });
    expect(reply.text).toMatch(/^Hello Ann, I have reset it\.\s+-- \nMira Holm\s*$/);
    await desk.shows('Delivered to Ann Lee.');

    // Files of the customer: pictures are shown, others are named, and in the console.
    const log = { name: 'screen_1.txt', bytes: 'it says no' };
    await answerWithFile(mail, reply, { from, id: `f.${ann}`, text: 'It does not work.', file: log });
    const followUp = await desk.shows('It does not work.');
    expect(visibleText(followUp.activity)).toContain('Ann Lee wrote');
    expect(visibleText(followUp.activity)).not.toContain('wrote:');
    expect(visibleText(followUp.activity)).toContain('The file “screen_1.txt” is attached to the case in the console.');
    const stored = (await team.get(id)).messages.flatMap(({ attachments }) => attachments);
    expect(stored).toMatchObject([{ name: log.name, bytes: log.bytes.length }]);
    // One dot, all of its bytes below 128.
    const gif = { name: 'dot.gif', bytes: 'GIF89a\x01\0\x01\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;' };
    await answerWithFile(mail, reply, { from, id: `g.${ann}`, text: 'See this picture.', file: gif });
    const picture = await desk.shows('See this picture.');
    expect(things(picture.activity.attachments)).toMatchObject([
      {
        contentType: 'image/gif',
        contentUrl: `data:image/gif;base64,${Buffer.from(gif.bytes).toString('base64')}`,
        name: 'dot.gif',
      },
    ]);

    // Files of the team: the app is given none in channels, and says so.
    const source = 'https://graph.microsoft.com/v1.0/teams/a/channels/b/messages/1/hostedContents/c/$value';
    const html = `<p>Look here:</p><p><img alt="image" src="${source}" width="250" itemid="c"></p>`;
    await teams.say({ user: 'mira', place: deskChannel, thread: desk.id, text: 'Look here:', html });
    expect((await mailTo(ann, 4)).text).toMatch(/^Look here:/);
    await desk.shows('were left out. Send them from the console.');
    expect(await filesIn(await mailTo(ann, 4))).toEqual({});

    await desk.write('mira', '// she is our oldest customer');
    await until('the note is in the transcript', async () =>
      (await team.get(id)).messages.some(({ markdown }) => markdown === 'she is our oldest customer'),
    );
    await desk.press('mira', 'Resolve');
    await desk.says('Resolved by Mira Holm');
    expect((await team.get(id)).conversation.status).toBe('resolved');
    const { messages } = await team.get(id);
    expect(messages.find(({ asks }) => asks === 'satisfaction')?.markdown).toContain('Did that solve it?');

    await write(reply, 't', 'Thank you!');
    await until('the thanks are in the transcript', async () =>
      (await team.get(id)).messages.some(({ markdown }) => markdown === 'Thank you!'),
    );
    const sent = (await mail.sentTo(ann)).length;
    await write(reply, 'n', 'My label printer is offline. What now?');
    expect((await mailTo(ann, sent + 1)).text).toMatch(/printer/i);
    expect(desk.card()).toContain('Resolved by Mira Holm');
    expect(timesAtDesk(teams, 'printer')).toBe(0);
    await write(await mailTo(ann, sent + 1), 'a', 'A person, please.');
    const next = await caseOf(teams, `Earlier case: ${code}`);
    expect(next.id).not.toBe(desk.id);
    for (const { text } of await mail.sentTo(ann)) expect(text).not.toContain('oldest customer');
  });

  it.concurrent('explains a refused mail below the reply that it was', { timeout: 60_000 }, async () => {
    const bob = 'bob@customer.example';
    await mail.post({
      ...letter(bob, 'Please let me talk to a person about our invoice for last week.'),
      from: `Bob <${bob}>`,
    });
    const desk = await caseOf(teams, 'our invoice for last week');
    await mailTo(bob);
    await desk.press('otto', 'Claim');
    mail.smtp.refuseRecipient(bob, 550, '5.1.1 no such user');
    await desk.write('otto', 'Which address should be on it?');
    await desk.shows(/^This did not reach Bob: .*no such user/);
    expect(desk.thread().some(({ activity }) => visibleText(activity).startsWith('Delivered'))).toBe(false);
  });
});

/** Hours that begin on another day: nobody is there now. */
const hoursThen = () => {
  const day = new Date(Date.now() + 3 * 86_400_000);
  const name = new Intl.DateTimeFormat('en', { weekday: 'long', timeZone: 'UTC' }).format(day).toLowerCase();
  return { timeZone: 'UTC', [name]: '09:00-17:00' };
};

describe('cases that nobody takes', () => {
  const second = '19:second@thread.tacv2';
  const sla = { firstResponseMinutes: 30 };
  let given: ReturnType<typeof hoursThen>;
  let hours: Hours;
  let opening: Date;
  let teams: FakeTeams;
  let home: string;
  let env: Readonly<Record<string, string>>;
  let product: Product;
  beforeAll(async () => {
    given = hoursThen();
    hours = hoursSchema.parse(given);
    opening = nextOpening(hours, new Date()) ?? new Date(Number.NaN);
    [teams, home] = await Promise.all([startFakeTeams(), mkdtemp(join(tmpdir(), 'frontdesk-'))]);
    const FRONTDESK_CONFIG = join(home, 'settings.yaml');
    await writeFile(FRONTDESK_CONFIG, JSON.stringify({ desk: { hours: given, sla } }));
    env = {
      ...{ ...deskEnv(teams), FRONTDESK_CONFIG, CHANNELS: 'web', FEATURE_SAMPLE_KNOWLEDGE: 'false' },
      DESK_SECOND_LEVEL: `teams:${second}`,
    };
    product = await startProduct({ env, home });
    teams.connect(`${product.url}/api/messages`);
  });
  afterAll(async () => {
    expect(teams?.problems).toEqual([]);
    await product?.[Symbol.asyncDispose]();
    await teams?.[Symbol.asyncDispose]();
    await rm(home, { recursive: true, force: true });
  });

  /** Stops the product, does with its database what its clock would do at `at`, and starts it again. */
  const comeBackAt = async (at: Date) => {
    expect(await product.stop()).toBe(0);
    const { lines, ...log } = recordingLog();
    {
      const settings = { home, poolSize: 1, statementTimeoutMs: 15_000, idleTimeoutMs: 10_000 };
      await using database = await openDatabase(settings, quietLog);
      await sql`update held_events set at = at - interval '61 s'`.execute(database.db);
      const upkeep: Upkeep = { hours, sla: { ...sla, hours }, remindAfterMinutes: 10, secondLevelAfterMinutes: 30 };
      const [cases, rows] = [createCases(database.db), createDeskRows(database.db)];
      for (let times = 0; times < 2; times += 1) await tendDesk(upkeep, cases, rows, createSignal(), at, log);
    }
    product = await startProduct({ env, home, port: Number(new URL(product.url).port) });
    return lines.filter(({ level }) => level === 'warn');
  };

  it('tells customers when the team is back, and nobody anything before that', { timeout: 60_000 }, async () => {
    const chat = await openChat(product.url);
    const { body } = await chat.say('Please let me talk to a person about the red stapler 501');
    const weekday = new Intl.DateTimeFormat('en', { weekday: 'long', timeZone: 'UTC' }).format(opening);
    const back = `They are back on ${weekday} 09:00 (UTC)`;
    expect(body.replies[0]?.markdown).toContain(`${back} and will answer here then`);
    const desk = await caseOf(teams, 'red stapler 501');
    const due = new Date(opening.getTime() + 30 * 60_000).toISOString().slice(0, 16);
    expect(desk.card()).toContain(`Due: ${due}`);
    const asked = await chat.say('What is the status of my request?');
    expect(asked.body.replies[0]?.markdown).toContain(back);
    await comeBackAt(new Date(opening.getTime() - 60_000));
    await chat.say('And the red one?', { wait: 0 });
    await desk.shows('And the red one?');
    expect(desk.thread().some(({ activity }) => /Nobody has taken|overdue/.test(visibleText(activity)))).toBe(false);

    // Somebody is there before the hours begin.
    await desk.press('mira', 'Claim');
    await heard(chat, 'Mira Holm from support has joined.');
    expect(desk.card()).not.toContain('Due:');
    await desk.press('mira', 'Resolve');
    await heard(chat, 'Mira Holm has closed this request.');
  });

  it('reminds, says what is overdue, and goes on at the second level', { timeout: 90_000 }, async () => {
    const { chat, desk } = await webCaseOf(product.url, teams, 'the blue stapler 502');
    const taken = await webCaseOf(product.url, teams, 'the green stapler 503');
    await taken.desk.press('mira', 'Claim');
    await taken.desk.says('Mira Holm has this');
    const code = /Reference: (\w{4})/.exec(desk.card())?.[1] ?? 'none';
    await comeBackAt(new Date(opening.getTime() + 31 * 60_000));

    await desk.shows(`Nobody has taken ${code} yet. The customer is still waiting.`);
    await desk.shows(new RegExp(`^The first reply to ${code} is overdue: it was due \\w+ 09:30 \\(UTC\\)\\.$`));
    const waiting = await heard(chat, `Nobody has been able to take ${code} yet`);
    expect(waiting.markdown).toContain('They are back on');
    await desk.says('Nobody took this in time: it is with the second level now.');
    expect(desk.buttons()).toEqual([]);

    const next = await caseOf(teams, 'blue stapler 502', { place: second });
    expect(next.card()).toMatch(new RegExp(`^Please let me talk.*502\nOpen: nobody has this yet\n[\\s\\S]*${code}`));
    await chat.say('Is anybody there?', { wait: 0 });
    await next.shows('Is anybody there?');
    expect(seenAfter(await next.press('nils', 'Claim'))).toContain('Nils Dahl has this');
    await heard(chat, 'Nils Dahl from support has joined.');
    await next.says('Nils Dahl has this');
    await next.write('nils', 'I am from the second level.');
    expect(await heard(chat, 'second level')).toMatchObject({ author: { role: 'human', name: 'Nils Dahl' } });
    await next.shows(/^Delivered to/);
    await next.press('nils', 'Send to customer', { text: 'And this is from the card there.' });
    await heard(chat, 'And this is from the card there.');
    await chat.say('Thanks, and the blue one?', { wait: 0 });
    await next.shows('and the blue one?');

    // Whoever goes on in the old thread is answered as well, and nothing gets lost there.
    await desk.write('mira', 'I know better.');
    await eventually(
      'a refusal',
      () =>
        [...next.thread(), ...desk.thread()].some(({ activity }) =>
          visibleText(activity).includes('Mira Holm: Nils Dahl already has this conversation.'),
        ),
      patience,
    );
    await chat.say('Still blue.', { wait: 0 });
    await next.shows('Still blue.');
    await next.press('nils', 'Resolve');
    await next.says('Resolved by Nils Dahl');
    await heard(chat, 'Nils Dahl has closed this request.');
    expect((await chat.history()).map(({ markdown }) => markdown).join()).not.toContain('know better');
    expect(desk.card()).toContain('it is with the second level now');
    expect(desksRoots(teams, second)).toHaveLength(1);
    expect(timesAtDesk(teams, 'Is anybody there?')).toBe(0);

    // A case that somebody has is theirs, only late.
    await taken.desk.shows(/^The first reply to \w{4} is overdue/);
    expect(taken.desk.card()).toContain('Mira Holm has this');
    expect(taken.desk.thread().some(({ activity }) => visibleText(activity).includes('Nobody has taken'))).toBe(false);
  });

  it('holds what is written in a thread of no case, and reports it in the end', { timeout: 60_000 }, async () => {
    const top = await teams.say({ user: 'mira', place: deskChannel, text: 'Lunch at noon?' });
    await teams.say({ user: 'otto', place: deskChannel, thread: top.id, text: 'Yes.' });
    await teams.say({ user: 'otto', place: deskChannel, thread: top.id, text: 'How do I get there?', mention: true });
    const warnings = await comeBackAt(new Date());
    const message = 'a desk thread that belongs to no case; nothing of it was passed on';
    const fields = { channel: 'teams', space: deskChannel, thread: top.id };
    expect(warnings).toEqual(Array(2).fill({ level: 'warn', fields, message }));
    expect(teams.bots(deskChannel, top.id)).toEqual([]);
    const { chat, desk } = await webCaseOf(product.url, teams, 'the white stapler 504');
    await desk.press('mira', 'Claim');
    await heard(chat, 'Mira Holm from support has joined.');
  });
});
