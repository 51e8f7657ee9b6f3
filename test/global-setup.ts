import { accessSync, constants } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

/** A real server or program that some suites talk to, and how to turn those suites on. */
interface Outside {
  readonly name: string;
  readonly present: () => boolean;
  readonly hint: string;
}

const outsides: readonly Outside[] = [
  {
    name: 'PostgreSQL',
    present: () => Boolean(process.env.TEST_DATABASE_URL),
    hint: 'set TEST_DATABASE_URL to an empty PostgreSQL 16+ database with pgvector (scripts/ci/postgres-up.sh makes one on Debian)',
  },
  { name: 'Redis', present: () => onPath('redis-server'), hint: 'install redis-server (apt-get install redis-server)' },
  {
    name: 'Dovecot',
    present: () => onPath('dovecot'),
    hint: 'install dovecot (apt-get install dovecot-imapd dovecot-lmtpd); the tests start it as root',
  },
  {
    name: 'Chromium',
    present: () => onPath(process.env.CHROMIUM ?? 'chromium'),
    hint: 'install chromium (apt-get install chromium) or set CHROMIUM to its path',
  },
];

/**
 * Names the real servers that are missing, one line each; the suites that need them skip themselves. Under
 * `.ci/run` a missing one is an error, so that the gate cannot pass by skipping.
 */
export default function setup(): void {
  const missing = outsides.filter((outside) => !outside.present());
  if (missing.length === 0) return;
  const lines = missing.map(({ name, hint }) => `  without ${name}: its tests are skipped; to run them, ${hint}`);
  if (process.env.FRONTDESK_GATE) throw new Error(`the gate needs every real server:\n${lines.join('\n')}`);
  process.stderr.write(`${lines.join('\n')}\n\n`);
}

/** Debian keeps servers in /usr/sbin, which a user's PATH leaves out. */
function onPath(program: string): boolean {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin'];
  const places = isAbsolute(program) ? [program] : folders.map((folder) => join(folder, program));
  return places.some(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
