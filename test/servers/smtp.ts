import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

/** A mail as the server took it. */
export interface Received {
  readonly from: string;
  readonly to: readonly string[];
  readonly raw: string;
}

export interface SmtpServer extends AsyncDisposable {
  readonly port: number;
  /** `smtp://bot:secret@127.0.0.1:port`. */
  readonly url: string;
  readonly received: readonly Received[];
  /** From now on RCPT TO of this address is answered with `code`; without a code it is taken again. */
  refuseRecipient(address: string, code?: number, text?: string): void;
  /** From now on a mail is refused after its data; without a code it is taken again. */
  refuseData(code?: number, text?: string): void;
  /** From now on mail data is swallowed without an answer. */
  hangAtData(hang: boolean): void;
}

const refusal = (code: number, text: string): Error => Object.assign(new Error(text), { responseCode: code });

/** A real SMTP server in this process that takes everything, hands it to `deliver`, and refuses on demand. */
export const startSmtp = async (
  deliver: (mail: Received) => Promise<void> = async () => undefined,
): Promise<SmtpServer> => {
  const received: Received[] = [];
  const refusedRecipients = new Map<string, Error>();
  let dataRefusal: Error | undefined;
  let hangs = false;
  const server = new SMTPServer({
    authOptional: true,
    disableReverseLookup: true,
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    onAuth: ({ username, password }, _session, done) => {
      if (username === 'bot' && password === 'secret') done(null, { user: 'bot' });
      else done(new Error('bad credentials'));
    },
    onRcptTo: ({ address }, _session, done) => done(refusedRecipients.get(address) ?? null),
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        if (hangs) return;
        if (dataRefusal !== undefined) return done(dataRefusal);
        const { mailFrom, rcptTo } = session.envelope;
        const mail = {
          from: mailFrom === false ? '' : (mailFrom?.address ?? ''),
          to: rcptTo.map(({ address }) => address),
          raw: Buffer.concat(chunks).toString('latin1'),
        };
        deliver(mail).then(
          () => {
            received.push(mail);
            done(null);
          },
          (thrown: unknown) => done(refusal(451, String(thrown))),
        );
      });
    },
  });
  // A client that goes away in the middle is part of the tests.
  server.on('error', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  const { port } = server.server.address() as AddressInfo;
  return {
    port,
    url: `smtp://bot:secret@127.0.0.1:${port}`,
    received,
    refuseRecipient: (address, code, text = 'no') => {
      if (code === undefined) refusedRecipients.delete(address);
      else refusedRecipients.set(address, refusal(code, text));
    },
    refuseData: (code, text = 'no') => {
      dataRefusal = code === undefined ? undefined : refusal(code, text);
    },
    hangAtData: (hang) => {
      hangs = hang;
    },
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  };
};
