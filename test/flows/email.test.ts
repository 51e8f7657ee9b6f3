import { rm } from 'node:fs/promises';
import { ImapFlow } from 'imapflow';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '#src/store/database.ts';
import { type Console, signIn } from '#test/console.ts';
import { engines, openTestDatabase } from '#test/database.ts';
import {
  authservId,
  type Letter,
  type MailSystem,
  ourAddress,
  type ReadMail,
  replyTo,
  startMailSystem,
} from '#test/mail.ts';
import { type Product, startProduct, until } from '#test/product.ts';
import { hasDovecot } from '#test/servers/dovecot.ts';
import { eventually } from '#test/servers/eventually.ts';
import { requireServer } from '#test/servers/require.ts';

const how = requireServer('Dovecot', hasDovecot);
const patience = 15_000;

/** What our mail server writes above a mail whose sender it could prove, and below which nobody can write. */
const proven = (domain: string): readonly string[] => [
  `Authentication-Results: ${authservId}; dmarc=pass header.from=${domain}`,
];
const unproven = (domain: string): readonly string[] => [
  `Authentication-Results: ${authservId}; dmarc=fail header.from=${domain}`,
];

describe.runIf(engines.includes('postgres') && how === 'run')(
  'the email channel on a real IMAP and SMTP server',
  () => {
    let mail: MailSystem;
    let database: Database & { readonly url?: string };
    let product: Product;
    let desk: Console;
    beforeAll(async () => {
      [mail, database] = await Promise.all([startMailSystem(), openTestDatabase('postgres')]);
      product = await start();
      await until('the sample knowledge is there', () => product.log().includes('the sample knowledge base is ready'));
      desk = await signIn(product.url, 'Mira Weber');
    });
    afterAll(async () => {
      await product?.[Symbol.asyncDispose]();
      // A restarted product leaves the home that it was given.
      if (product !== undefined) await rm(product.home, { recursive: true, force: true });
      await database?.[Symbol.asyncDispose]();
      await mail?.[Symbol.asyncDispose]();
    });

    const start = (again: { readonly home?: string; readonly port?: number } = {}) =>
      startProduct({ ...again, env: { ...mail.env, DATABASE_URL: database.url as string, WORK_LEASE_SECONDS: '3' } });

    /** The `count`th mail that we sent to `address`. */
    const mailTo = (address: string, count = 1, ms = patience): Promise<ReadMail> =>
      eventually(`mail ${count} to ${address}`, async () => (await mail.sentTo(address))[count - 1], ms);

    /** Everything that came in by mail has its outcome, and nothing waits to be sent. */
    const settled = async (ids: readonly string[]): Promise<void> => {
      for (const id of ids) {
        await until(
          `${id} has its outcome`,
          async () => {
            const { rows } = await sql<{ done: boolean }>`select c.consumed_seq >= i.seq
              and not exists (select from outbox o where o.conversation_id = c.id and o.delivered_at is null and o.dead_at is null) as done
            from inbox i join conversations c on c.id = i.conversation_id where i.event->>'externalId' = ${id}`.execute(
              database.db,
            );
            return rows.length > 0 && rows.every(({ done }) => done);
          },
          patience,
        );
      }
    };

    const conversationsOf = async (
      address: string,
    ): Promise<readonly { id: string; status: string; linked: boolean }[]> => {
      const { rows } = await sql<{
        id: string;
        status: string;
        linked: boolean;
      }>`select id::text, status, linked_to is not null as linked
      from conversations where kind = 'customer' and channel = 'email' and customer_id = ${address} order by conversations.id`.execute(
        database.db,
      );
      return rows;
    };

    const caseOf = (address: string, status: 'open' | 'claimed' | 'all' = 'open') =>
      eventually(
        `a case of ${address}`,
        async () => (await desk.list(status)).find(({ customer }) => customer.externalId === address),
        patience,
      );

    const question = (from: string, more: Partial<Letter> = {}): Letter => {
      const [name = '', domain = ''] = from.split('@');
      return {
        from: `${name} <${from}>`,
        subject: 'Signing in',
        id: `q.${from}`,
        headers: proven(domain),
        text: 'How do I reset my password?',
        ...more,
      };
    };

    it('answers in the thread, with its sources, and goes on when the customer replies', {
      timeout: 60_000,
    }, async () => {
      const ann = 'ann@customer.example';
      await mail.post(question(ann));
      const answer = await mailTo(ann);
      expect(answer).toMatchObject({
        from: { name: 'Support', address: ourAddress },
        to: [ann],
        cc: [],
        subject: 'Re: Signing in',
        inReplyTo: `q.${ann}`,
        references: [`q.${ann}`],
      });
      expect(answer.header('auto-submitted')).toBe('auto-replied');
      expect(answer.header('x-auto-response-suppress')).toBe('All');
      expect(answer.header('list-unsubscribe')).toBeUndefined();
      expect(answer.replyTo).toMatch(/^support\+c\d+\.[a-z2-7]{16}@acme\.example$/);
      expect(answer.text).toMatch(/password/i);
      expect(answer.text).toMatch(/\[1\][\s\S]*Sources:\s*\[1\] .*password.* https:\/\//i);
      expect(answer.html).toMatch(/<a href="https:[^"]*reset-password"/);

      // A reply whose mail program kept everything, then one from a program that dropped the plus-address.
      await mail.post(
        replyTo(answer, {
          from: ann,
          id: `r1.${ann}`,
          headers: proven('customer.example'),
          text: 'My label printer is offline. What now?',
        }),
      );
      const second = await mailTo(ann, 2);
      expect(second).toMatchObject({
        subject: 'Re: Signing in',
        inReplyTo: `r1.${ann}`,
        references: [`q.${ann}`, answer.id, `r1.${ann}`],
      });
      expect(second.text).toMatch(/printer/i);
      await mail.post({
        ...replyTo(second, {
          from: ann,
          id: `r2.${ann}`,
          headers: proven('customer.example'),
          text: 'How do I reset my password?',
        }),
        to: ourAddress,
      });
      expect(await mailTo(ann, 3)).toMatchObject({ inReplyTo: `r2.${ann}` });
      expect(await conversationsOf(ann)).toHaveLength(1);

      // In the customer's mailbox, as their own program finds it.
      const client = new ImapFlow({
        host: '127.0.0.1',
        port: mail.dovecot.imapPort,
        secure: false,
        auth: { user: ann, pass: 'secret' },
        logger: false,
      });
      await client.connect();
      await client.mailboxOpen('INBOX');
      const found = await client.fetchAll('1:*', { envelope: true });
      client.close();
      expect(found.map(({ envelope }) => envelope?.messageId)).toEqual(
        [answer, second, await mailTo(ann, 3)].map(({ id }) => `<${id}>`),
      );
    });

    it('brings in a person, whose words arrive as mail under their name, and is silent meanwhile', {
      timeout: 60_000,
    }, async () => {
      const bob = 'bob@customer.example';
      await mail.post(
        question(bob, {
          subject: 'Invoice',
          text: 'Our invoice shows the wrong address. Please let me talk to a person.',
        }),
      );
      const holding = await mailTo(bob);
      const { id, code } = await caseOf(bob);
      expect(holding).toMatchObject({ subject: 'Re: Invoice', inReplyTo: `q.${bob}` });
      expect(holding.text).toContain(code);
      expect(await desk.get(id)).toMatchObject({
        reason: 'asked-for-human',
        channel: 'email',
        customer: { externalId: bob, identity: 'verified' },
      });

      await desk.act(id, 'claim');
      await desk.act(id, 'note', 'He is our oldest customer.');
      await desk.act(id, 'reply', 'Hello Bob, which **address** should be on it?');
      const reply = await mailTo(bob, 2);
      expect(reply).toMatchObject({
        from: { name: 'Mira Weber (Support)', address: ourAddress },
        to: [bob],
        subject: 'Re: Invoice',
      });
      expect(reply.header('auto-submitted')).toBeUndefined();
      expect(reply.references).toContain(`q.${bob}`);
      expect(reply.text).toContain('Hello Bob, which address should be on it?');
      expect(reply.text).toContain('Mira Weber');
      await until('the desk sees that it arrived', async () =>
        (await desk.get(id)).messages.some(
          ({ author, delivery }) => author.role === 'human' && delivery?.state === 'delivered',
        ),
      );

      await mail.post(
        replyTo(reply, {
          from: bob,
          id: `r.${bob}`,
          headers: proven('customer.example'),
          text: 'How do I reset my password? And: Harbour Street 4.',
        }),
      );
      await until('the follow-up is in the case', async () =>
        (await desk.get(id)).messages.some(({ markdown }) => markdown.includes('Harbour Street 4')),
      );
      await settled([`r.${bob}`]);
      expect(await mail.sentTo(bob)).toHaveLength(2);
      for (const { text } of await mail.sentTo(bob)) expect(text).not.toContain('oldest customer');
      const followUp = (await desk.get(id)).messages.find(({ markdown }) => markdown.includes('Harbour Street 4'));
      expect(followUp?.markdown).not.toContain('wrote:');

      await desk.act(id, 'resolve');
      await mail.post(
        replyTo(reply, { from: bob, id: `t.${bob}`, headers: proven('customer.example'), text: 'Thank you!' }),
      );
      await settled([`t.${bob}`]);
      expect(await mail.sentTo(bob)).toHaveLength(2);
      await mail.post(
        replyTo(reply, {
          from: bob,
          id: `n.${bob}`,
          headers: proven('customer.example'),
          text: 'My label printer is offline. What now?',
        }),
      );
      const again = await mailTo(bob, 3);
      expect(again.from?.name).toBe('Support');
      expect(again.text).toMatch(/printer/i);
      expect(await conversationsOf(bob)).toMatchObject([{ status: 'bot' }]);
    });

    it('answers no machine, and tells a person when a mail comes back', { timeout: 60_000 }, async () => {
      const cara = 'cara@customer.example';
      await mail.post(question(cara));
      const answer = await mailTo(cara);
      const machine = (id: string, headers: readonly string[]) =>
        mail.post(
          replyTo(answer, {
            from: cara,
            id,
            headers: [...proven('customer.example'), ...headers],
            text: 'I am out of the office until Monday. How do I reset my password?',
          }),
        );
      await machine('oof.cara', ['Auto-Submitted: auto-replied']);
      await machine('bulk.cara', ['Precedence: bulk']);
      await settled(['oof.cara', 'bulk.cara']);
      expect(await mail.sentTo(cara)).toHaveLength(1);
      expect(await conversationsOf(cara)).toMatchObject([{ status: 'bot' }]);

      await mail.postRaw(report(answer, cara, '5.1.1'), '');
      const { id } = await caseOf(cara);
      expect(await desk.get(id)).toMatchObject({ reason: 'delivery-failure', channel: 'email' });
      expect(await mail.sentTo(cara)).toHaveLength(1);
      expect(await mail.sentTo('mailer-daemon@mx.customer.example')).toEqual([]);
    });

    it('opens a case when the server refuses the recipient for good, and waits when only for now', {
      timeout: 60_000,
    }, async () => {
      const gone = 'gone@customer.example';
      const full = 'full@customer.example';
      mail.smtp.refuseRecipient(gone, 550, '5.1.1 no such user');
      mail.smtp.refuseRecipient(full, 450, '4.2.2 mailbox full');
      await mail.post(question(gone));
      await mail.post(question(full));
      const { id } = await caseOf(gone);
      const detail = await desk.get(id);
      expect(detail).toMatchObject({ reason: 'delivery-failure' });
      expect(JSON.stringify(detail)).toContain('no such user');
      await until('the second one waits', () => product.log().includes('mailbox full'));
      mail.smtp.refuseRecipient(full);
      await mailTo(full);
      await settled([`q.${full}`]);
      expect(await mail.sentTo(full)).toHaveLength(1);
    });

    it('shows nothing of a conversation to whoever only knows its ids', { timeout: 60_000 }, async () => {
      const dora = 'dora@customer.example';
      const secret = 'contract 4711 with the blue ribbon';
      await mail.post(question(dora, { text: `I am asking about ${secret}. How do I reset my password?` }));
      const answer = await mailTo(dora);
      const before = (await mail.sentTo(dora)).length;

      // Somebody else altogether, and somebody who only writes her name above the mail and wants the answer elsewhere.
      const eve = 'eve@elsewhere.example';
      await mail.post(
        replyTo(answer, {
          from: eve,
          id: 'f1@elsewhere.example',
          headers: proven('elsewhere.example'),
          text: 'What did I write to you before?',
        }),
      );
      await mail.post(
        replyTo(answer, {
          from: dora,
          id: 'f2@elsewhere.example',
          headers: [...unproven('customer.example'), `Reply-To: ${eve}`],
          text: 'What did I write to you before?',
        }),
      );
      await settled(['f1@elsewhere.example', 'f2@elsewhere.example']);

      expect(await conversationsOf(eve)).toMatchObject([{ linked: true, status: 'waiting' }]);
      expect(await conversationsOf(dora)).toMatchObject([
        { linked: false, status: 'bot' },
        { linked: true, status: 'waiting' },
      ]);
      // What was asked in her name is acknowledged to her, and to nobody else.
      expect(await mail.sentTo(dora)).toHaveLength(before + 1);
      for (const { text, html } of await mail.sentTo(eve)) expect(text + html).not.toMatch(/4711|ribbon/);
      const forged = (await desk.list()).filter(({ customer }) => [eve, dora].includes(customer.externalId));
      expect(forged).toHaveLength(2);
      for (const { id } of forged) {
        const detail = await desk.get(id);
        expect(detail).toMatchObject({ reason: 'unknown-sender' });
        expect(JSON.stringify(detail)).not.toMatch(/4711|ribbon/);
      }
      expect(forged.find(({ customer }) => customer.externalId === dora)?.customer.identity).toBe('claimed');

      // She herself goes on where she was.
      await mail.post(
        replyTo(answer, {
          from: dora,
          id: `r.${dora}`,
          headers: proven('customer.example'),
          text: 'My label printer is offline. What now?',
        }),
      );
      expect(await mailTo(dora, before + 2)).toMatchObject({ to: [dora], inReplyTo: `r.${dora}` });
    });

    it('puts what it cannot read aside and answers the next mail', { timeout: 60_000 }, async () => {
      const { rows: before } = await sql`select from quarantine`.execute(database.db);
      expect(before).toHaveLength(0);
      for (const hostile of [nested(80), huge(26), twoAuthors]) await mail.postRaw(hostile, 'hostile@customer.example');
      await mail.post(
        question('fred@customer.example', { subject: 'Hello\r\n =?utf-8?q?=0D=0ABcc:_everybody=40customer.example?=' }),
      );
      const answer = await mailTo('fred@customer.example', 1, 30_000);
      expect(answer.header('bcc')).toBeUndefined();
      expect(answer.to).toEqual(['fred@customer.example']);
      const { rows } = await sql<{
        channel: string;
        reason: string;
        kept: boolean;
      }>`select channel, reason, blob_ref is not null as kept from quarantine order by id`.execute(database.db);
      expect(rows).toEqual([
        { channel: 'email', reason: expect.stringMatching(/nest/i), kept: true },
        { channel: 'email', reason: expect.stringMatching(/larger than 25 MB/), kept: true },
        { channel: 'email', reason: expect.stringMatching(/From/), kept: true },
      ]);
    });

    // The last one: the product that the others share is killed.
    it('answers each mail exactly once when it is killed in the middle', { timeout: 60_000 }, async () => {
      const again = async () => {
        const { home, url } = product;
        await product.kill();
        product = await start({ home, port: Number(new URL(url).port) });
      };
      const people = Array.from({ length: 9 }, (_, index) => `kim${index}@customer.example`);
      const answered = async () =>
        (await Promise.all(people.map((address) => mail.sentTo(address)))).filter((mails) => mails.length > 0).length;

      // While mails come in.
      for (const address of people.slice(0, 6)) await mail.post(question(address));
      await until('some are answered', async () => (await answered()) > 0);
      await again();
      // While the mail server has a mail but has not said so.
      mail.smtp.hangAtData(true);
      for (const address of people.slice(6)) await mail.post(question(address));
      await until('one is being sent', async () => {
        const { rows } = await sql<{
          n: number;
        }>`select count(*)::int as n from outbox o join conversations c on c.id = o.conversation_id
        where c.customer_id = any (${people.slice(6)}) and o.sending_at is not null and o.delivered_at is null`.execute(
          database.db,
        );
        return (rows[0]?.n ?? 0) > 0;
      });
      mail.smtp.hangAtData(false);
      await again();
      await settled(people.map((address) => `q.${address}`));
      for (const address of people) {
        const mails = await mail.sentTo(address);
        // SMTP cannot be asked what it took, so the same mail may come twice: under one Message-ID, which readers show once.
        expect(new Set(mails.map(({ id }) => id)).size).toBe(1);
        expect(await conversationsOf(address)).toMatchObject([{ status: 'bot' }]);
      }
    });
  },
);

/** The mail system's word that `answer` did not reach `recipient` (RFC 3464). */
const report = (answer: ReadMail, recipient: string, status: string): string =>
  [
    'Return-Path: <>',
    'From: Mail Delivery System <MAILER-DAEMON@mx.customer.example>',
    `To: ${ourAddress}`,
    'Subject: Undelivered Mail Returned to Sender',
    `Message-ID: <dsn.${recipient}>`,
    `Date: ${new Date().toUTCString()}`,
    'Auto-Submitted: auto-replied',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status; boundary="d"',
    '',
    '--d',
    'Content-Type: text/plain',
    '',
    'Your message could not be delivered.',
    '--d',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mx.customer.example',
    '',
    `Final-Recipient: rfc822; ${recipient}`,
    'Action: failed',
    `Status: ${status}`,
    `Diagnostic-Code: smtp; 550 ${status} no such user`,
    '--d',
    'Content-Type: text/rfc822-headers',
    '',
    `Message-ID: <${answer.id}>`,
    `Reply-To: ${answer.replyTo}`,
    `Subject: ${answer.subject}`,
    '--d--',
    '',
  ].join('\r\n');

const head = (subject: string): readonly string[] => [
  'From: Hostile <hostile@customer.example>',
  `To: ${ourAddress}`,
  `Subject: ${subject}`,
  `Message-ID: <${subject}@customer.example>`,
  `Date: ${new Date().toUTCString()}`,
  'MIME-Version: 1.0',
];

/** Multiparts within multiparts. */
const nested = (depth: number): string => {
  const open = Array.from({ length: depth }, (_, at) => [
    `Content-Type: multipart/mixed; boundary="b${at}"`,
    '',
    `--b${at}`,
  ]);
  return [...head('nested'), ...open.flat(), 'Content-Type: text/plain', '', 'deep', ''].join('\r\n');
};

/** A mail with an attachment of so many megabytes. */
const huge = (megabytes: number): string =>
  [
    ...head('huge'),
    'Content-Type: application/octet-stream',
    'Content-Transfer-Encoding: base64',
    '',
    `${'A'.repeat(76)}\r\n`.repeat(Math.ceil((megabytes * 1024 * 1024) / 78)),
  ].join('\r\n');

const twoAuthors = [
  'From: One <one@customer.example>',
  ...head('two-authors'),
  'Content-Type: text/plain',
  '',
  'How do I reset my password?',
  '',
].join('\r\n');
