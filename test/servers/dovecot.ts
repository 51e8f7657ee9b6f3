import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { eventually } from './eventually.ts';
import { findProgram } from './find-program.ts';
import { freePort } from './free-port.ts';

const program = findProgram('dovecot');

/** Whether this machine has Dovecot and lets us start it (Debian: `dovecot-imapd`, `dovecot-lmtpd`; it drops its rights itself). */
export const hasDovecot = program !== undefined && process.getuid?.() === 0;

/** Mail users are not real ones: any id that nothing else has. */
const mailUser = 5_000;

/** A private IMAP server. Every user exists; every password is `secret`. */
export interface Dovecot extends AsyncDisposable {
  readonly imapPort: number;
  /** Puts a mail into a user's inbox, as an MTA would (LMTP). `from` is the envelope's sender; empty, as reports have, if left out. */
  deliver(user: string, raw: string | Uint8Array, from?: string): Promise<void>;
  /** `imap://user:secret@127.0.0.1:port`, through another port when a proxy stands in between. */
  imapUrl(user: string, port?: number): string;
  /** Gives the user's folder a new UIDVALIDITY, as a restored mailbox has; the mails stay. */
  forgetUids(user: string): Promise<void>;
}

const settings = (folder: string, ports: { readonly imap: number; readonly lmtp: number }): string => `
base_dir = ${folder}/run
state_dir = ${folder}/run
instance_name = frontdesk-test
protocols = imap lmtp
listen = 127.0.0.1
log_path = ${folder}/dovecot.log
mail_location = maildir:${folder}/mail/%u
auth_mechanisms = plain login
disable_plaintext_auth = no
ssl = no
first_valid_uid = ${mailUser}
mailbox_idle_check_interval = 1 secs
mail_max_userip_connections = 200
passdb {
  driver = static
  args = password=secret
}
userdb {
  driver = static
  args = uid=${mailUser} gid=${mailUser} home=${folder}/mail/%u allow_all_users=yes
}
namespace inbox {
  inbox = yes
  mailbox Sent {
    special_use = \\Sent
    auto = create
  }
}
service imap-login {
  inet_listener imap {
    port = ${ports.imap}
  }
  inet_listener imaps {
    port = 0
  }
}
service lmtp {
  inet_listener lmtp {
    address = 127.0.0.1
    port = ${ports.lmtp}
  }
}
`;

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const finish = (answered: boolean) => {
      socket.destroy();
      resolve(answered);
    };
    socket.setTimeout(500, () => finish(false));
    socket.once('data', () => finish(true));
    socket.once('error', () => finish(false));
  });

const lmtp = async (port: number, recipient: string, raw: string | Uint8Array, from: string): Promise<void> => {
  const connection = new SMTPConnection({ host: '127.0.0.1', port, lmtp: true, ignoreTLS: true });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  connection.on('error', reject);
  connection.connect((error) => {
    if (error) return reject(error);
    connection.send({ from, to: [recipient] }, Buffer.from(raw), (failure) => (failure ? reject(failure) : resolve()));
  });
  try {
    await promise;
  } finally {
    connection.close();
  }
};

/** Starts Dovecot on free ports in a folder of its own; disposing stops it and removes the mail. */
export const startDovecot = async (): Promise<Dovecot> => {
  if (program === undefined) throw new Error('dovecot is not on the PATH: apt-get install dovecot-imapd dovecot-lmtpd');
  const folder = await mkdtemp(join(tmpdir(), 'frontdesk-dovecot-'));
  const ports = { imap: await freePort(), lmtp: await freePort() };
  await chmod(folder, 0o755);
  await mkdir(join(folder, 'run'));
  await mkdir(join(folder, 'mail'));
  await chown(join(folder, 'mail'), mailUser, mailUser);
  const config = join(folder, 'dovecot.conf');
  await writeFile(config, settings(folder, ports));
  const child = spawn(program, ['-F', '-c', config], { stdio: 'ignore' });
  const orphaned = () => child.kill('SIGTERM');
  process.once('exit', orphaned);
  const isRunning = () => child.exitCode === null && child.signalCode === null;
  const stop = async (): Promise<void> => {
    process.off('exit', orphaned);
    if (isRunning()) {
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
    }
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await eventually('dovecot answers', async () => {
      if (!isRunning()) throw new Error('it exited');
      return (await answers(ports.imap)) && (await answers(ports.lmtp));
    });
  } catch (thrown) {
    const log = await readFile(join(folder, 'dovecot.log'), 'utf8').catch(() => '(no log)');
    await stop();
    throw new Error(`dovecot did not start: ${String(thrown)}\n${log}`);
  }
  return {
    imapPort: ports.imap,
    imapUrl: (user, port = ports.imap) => `imap://${encodeURIComponent(user)}:secret@127.0.0.1:${port}`,
    deliver: (user, raw, from = '') => lmtp(ports.lmtp, user, raw, from),
    forgetUids: async (user) => {
      for (const file of ['dovecot-uidlist', 'dovecot.index', 'dovecot.index.log', 'dovecot.index.cache']) {
        await rm(join(folder, 'mail', user, file), { force: true });
      }
    },
    [Symbol.asyncDispose]: stop,
  };
};
