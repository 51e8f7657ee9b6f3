import { ImapFlow } from 'imapflow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Delivery } from '#core/channel.ts';
import { fakeChannelDeps } from '#test/fakes/channel-deps.ts';
import { type Dovecot, hasDovecot, startDovecot } from '#test/servers/dovecot.ts';
import { eventually } from '#test/servers/eventually.ts';
import { type FaultProxy, startFaultProxy } from '#test/servers/fault-proxy.ts';
import { requireServer } from '#test/servers/require.ts';
import { emailConfig } from './config.ts';
import { createEmailAdapter, type EmailTiming } from './index.ts';

const how = requireServer('Dovecot', hasDovecot);
const timing: EmailTiming = { pollMs: 5_000, commandMs: 5_000, backoffMs: [20, 200] };

const mail = (id: string, text = `text of ${id}`): string =>
  [
    'From: Ann <ann@customer.example>',
    'To: support@acme.example',
    `Subject: ${id}`,
    `Message-ID: <${id}@customer.example>`,
    `Date: ${new Date().toUTCString()}`,
    '',
    text,
    '',
  ].join('\r\n');

const subjectOf = (delivery: Delivery): string =>
  delivery.kind === 'mail' ? (/^Subject: (.*)\r?$/m.exec(Buffer.from(delivery.raw).toString())?.[1] ?? '') : '';

describe.skipIf(how === 'skip')('the mailbox on a real IMAP server', () => {
  let dovecot: Dovecot;
  let proxy: FaultProxy;
  beforeAll(async () => {
    dovecot = await startDovecot();
    proxy = await startFaultProxy(dovecot.imapPort);
  });
  afterAll(async () => {
    await proxy?.[Symbol.asyncDispose]();
    await dovecot?.[Symbol.asyncDispose]();
  });

  const adapterOf = (user: string, deps = fakeChannelDeps(), { port = dovecot.imapPort, wait = timing } = {}) => {
    const config = emailConfig.parse({
      address: 'support@acme.example',
      imapUrl: dovecot.imapUrl(user, port),
      smtpUrl: 'smtp://127.0.0.1:1',
    });
    return createEmailAdapter(config, deps, wait);
  };

  /** Listens in the background and hands out one delivery at a time; asking for the next acknowledges the last. */
  const listenTo = (user: string, deps = fakeChannelDeps(), options: { port?: number; wait?: EmailTiming } = {}) => {
    const stop = new AbortController();
    const deliveries = adapterOf(user, deps, options).listen?.(stop.signal)[Symbol.asyncIterator]();
    if (deliveries === undefined) throw new Error('the adapter does not listen');
    let next = deliveries.next();
    const take = async (): Promise<Delivery> => {
      const { promise: late, reject } = Promise.withResolvers<never>();
      const timer = setTimeout(() => reject(new Error('no mail within 15 s')), 15_000);
      const result = await Promise.race([next, late]);
      clearTimeout(timer);
      if (result.done === true) throw new Error('listening ended');
      return result.value;
    };
    return {
      deps,
      /** The delivery at hand, not acknowledged. */
      take,
      acknowledge: () => {
        next = deliveries.next();
      },
      /** `count` subjects, each acknowledged. */
      takeAll: async (count: number): Promise<readonly string[]> => {
        const subjects: string[] = [];
        while (subjects.length < count) {
          subjects.push(subjectOf(await take()));
          next = deliveries.next();
        }
        return subjects;
      },
      async [Symbol.asyncDispose]() {
        stop.abort();
        await next;
        await deliveries.return?.();
      },
    };
  };

  const withImap = async <T>(user: string, work: (client: ImapFlow) => Promise<T>): Promise<T> => {
    const auth = { user, pass: 'secret' };
    const client = new ImapFlow({ host: '127.0.0.1', port: dovecot.imapPort, secure: false, auth, logger: false });
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.logout();
    }
  };
  const flagsOf = (user: string) =>
    withImap(user, async (client) => {
      await client.mailboxOpen('INBOX');
      const mails = await client.fetchAll('1:*', { flags: true }, { uid: true });
      return mails.map(({ flags }) => [...(flags ?? [])].filter((flag) => flag === '\\Seen'));
    });
  const isListening = ({ deps }: { deps: ReturnType<typeof fakeChannelDeps> }, user = 'INBOX') =>
    eventually('the cursor is there', () => deps.savedCursors.has(`email:support@acme.example:${user}`));

  it('hands out a mail at once, and marks it only when the next one is asked for', async () => {
    // The next look without a sign of new mail is far away: the server's word alone can bring this one.
    await using listener = listenTo('once', undefined, { wait: { ...timing, pollMs: 600_000 } });
    await isListening(listener);
    await dovecot.deliver('once', mail('first'));
    const delivery = await listener.take();
    expect(delivery).toMatchObject({ kind: 'mail', mailbox: 'INBOX', uid: 1 });
    expect(subjectOf(delivery)).toBe('first');
    expect(await flagsOf('once')).toEqual([[]]);
    listener.acknowledge();
    await eventually('the mail is seen', async () => (await flagsOf('once'))[0]?.[0] === '\\Seen');
    expect(listener.deps.savedCursors.get('email:support@acme.example:INBOX')).toMatchObject({ lastUid: 1 });
  });

  it('goes on after a restart with nothing lost and nothing repeated', async () => {
    const deps = fakeChannelDeps();
    {
      await using listener = listenTo('restart', deps);
      await isListening(listener);
      for (const id of ['a', 'b', 'c']) await dovecot.deliver('restart', mail(id));
      expect(await listener.takeAll(2)).toEqual(['a', 'b']);
      // Received, but never acknowledged: the process ends here.
      expect(subjectOf(await listener.take())).toBe('c');
    }
    await dovecot.deliver('restart', mail('d'));
    await using listener = listenTo('restart', deps);
    expect(await listener.takeAll(2)).toEqual(['c', 'd']);
    await dovecot.deliver('restart', mail('e'));
    expect(await listener.takeAll(1)).toEqual(['e']);
  });

  it('reads unseen mail from before the first start, and leaves what people have read', async () => {
    for (const id of ['unread', 'read', 'old']) await dovecot.deliver('history', mail(id));
    await withImap('history', async (client) => {
      await client.mailboxOpen('INBOX');
      await client.messageFlagsAdd('2', ['\\Seen'], { uid: true });
      await client.messageDelete('3', { uid: true });
      const weekAgo = new Date(Date.now() - 7 * 24 * 60 * 60 * 1_000);
      await client.append('INBOX', Buffer.from(mail('old')), [], weekAgo);
    });
    await using listener = listenTo('history');
    expect(await listener.takeAll(1)).toEqual(['unread']);
    await dovecot.deliver('history', mail('new'));
    expect(await listener.takeAll(1)).toEqual(['new']);
  });

  it('reads again what came since the first start when the server renumbers the mailbox', async () => {
    const deps = fakeChannelDeps();
    await dovecot.deliver('renumber', mail('before'));
    await withImap('renumber', async (client) => {
      await client.mailboxOpen('INBOX');
      await client.messageFlagsAdd('1', ['\\Seen'], { uid: true });
    });
    {
      await using listener = listenTo('renumber', deps);
      await isListening(listener);
      // INTERNALDATE has whole seconds; let the next mail fall into a later one than the start.
      const second = Math.floor(Date.now() / 1_000);
      await eventually('the next second', () => Math.floor(Date.now() / 1_000) > second);
      await dovecot.deliver('renumber', mail('since'));
      expect(await listener.takeAll(1)).toEqual(['since']);
      await eventually('acknowledged', async () => (await flagsOf('renumber')).flat().length === 2);
    }
    await dovecot.forgetUids('renumber');
    await dovecot.deliver('renumber', mail('after'));
    await using listener = listenTo('renumber', deps);
    const subjects = await listener.takeAll(2);
    expect(subjects.toSorted()).toEqual(['after', 'since']);
    expect(deps.log.lines.some(({ message }) => message.includes('UIDVALIDITY changed'))).toBe(true);
  });

  it('comes back after the connection is cut, with the mail that arrived meanwhile', async () => {
    await using listener = listenTo('cut', fakeChannelDeps(), { port: proxy.port });
    await isListening(listener);
    proxy.cut();
    await dovecot.deliver('cut', mail('meanwhile'));
    await eventually(
      'it tries again',
      () => listener.deps.log.lines.filter(({ level }) => level === 'warn').length >= 2,
    );
    proxy.restore();
    expect(await listener.takeAll(1)).toEqual(['meanwhile']);
  });

  it('goes on after a cut between a delivery and its acknowledgement', async () => {
    await using listener = listenTo('cut-ack', fakeChannelDeps(), { port: proxy.port });
    await isListening(listener);
    await dovecot.deliver('cut-ack', mail('one'));
    expect(subjectOf(await listener.take())).toBe('one');
    proxy.cut();
    proxy.restore();
    await dovecot.deliver('cut-ack', mail('two'));
    listener.acknowledge();
    expect(await listener.takeAll(1)).toEqual(['two']);
  });

  it('notices a connection that hangs without a word', async () => {
    const wait = { pollMs: 300, commandMs: 500, backoffMs: [20, 50] } as const;
    await using listener = listenTo('hang', fakeChannelDeps(), { port: proxy.port, wait });
    await isListening(listener);
    proxy.hang();
    await eventually('the hang is noticed', () =>
      listener.deps.log.lines.some(({ fields }) => JSON.stringify(fields).includes('no answer')),
    );
    proxy.restore();
    await dovecot.deliver('hang', mail('alive'));
    expect(await listener.takeAll(1)).toEqual(['alive']);
  });

  it('finds what people answered from their own mail program in the Sent folder', async () => {
    await withImap('sent', (client) => client.append('Sent', Buffer.from(mail('old answer')), ['\\Seen']));
    await using listener = listenTo('sent', fakeChannelDeps(), { wait: { ...timing, pollMs: 100 } });
    await isListening(listener, '\\Sent');
    await withImap('sent', (client) => client.append('Sent', Buffer.from(mail('answer')), ['\\Seen']));
    const delivery = await listener.take();
    expect(delivery).toMatchObject({ mailbox: '\\Sent' });
    expect(subjectOf(delivery)).toBe('answer');
  });

  it('keeps reading behind a mail that cannot be understood', async () => {
    await using listener = listenTo('bad');
    const adapter = adapterOf('bad');
    await isListening(listener);
    await dovecot.deliver('bad', '\r\n\0\0 no header at all');
    await dovecot.deliver('bad', mail('good'));
    const bad = await adapter.receive(await listener.take());
    listener.acknowledge();
    expect(bad.events.length === 0 ? bad.quarantine : 'has events').toBeTruthy();
    expect(await listener.takeAll(1)).toEqual(['good']);
  });

  it('stops when told to, also while it waits for the server', async () => {
    const stop = new AbortController();
    const deps = fakeChannelDeps();
    const next = adapterOf('stop', deps).listen?.(stop.signal)[Symbol.asyncIterator]().next();
    await isListening({ deps });
    stop.abort();
    expect(await next).toMatchObject({ done: true });
  });

  it('says what to fix when the login is wrong', async () => {
    const config = emailConfig.parse({
      address: 'support@acme.example',
      imapUrl: `imap://support:wrong@127.0.0.1:${dovecot.imapPort}`,
      smtpUrl: 'smtp://127.0.0.1:1',
    });
    const health = await createEmailAdapter(config, fakeChannelDeps()).check?.(AbortSignal.timeout(10_000));
    expect(health).toMatchObject({ ok: false });
    expect(health?.detail).toContain('check user and password in IMAP_URL');
    expect(health?.detail).not.toContain('wrong');
  });
});
