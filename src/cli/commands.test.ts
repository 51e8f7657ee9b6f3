import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { runCommand } from '#test/command.ts';
import { startProduct } from '#test/product.ts';
import { freePort } from '#test/servers/free-port.ts';
import { run as runHere } from './run.ts';

const mails = fileURLToPath(new URL('../../test/fixtures/email/', import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'frontdesk-cli-'));
  await mkdir(join(folder, 'kb'));
  await writeFile(join(folder, 'kb', 'quokka.md'), '# Quokkas\n\nQuokkas eat leaves and grass, mostly at night.\n');
  await writeFile(join(folder, 'kb', 'numbat.md'), '# Numbats\n\nNumbats eat termites, up to twenty thousand a day.\n');
  await writeFile(
    join(folder, 'questions.jsonl'),
    '{"_id": "q1", "text": "What do quokkas eat?"}\n\n{"_id": 2, "text": "What do numbats eat?"}\r\n{"_id": "q3", "text": "thanks"}\n',
  );
  await writeFile(
    join(folder, 'wrong.jsonl'),
    '{"_id": "q1", "text": "What do quokkas eat?"}\n{"text": "without an id"}\n',
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const env = { FEATURE_SAMPLE_KNOWLEDGE: 'false' };
const linesOf = (text: string): readonly Record<string, unknown>[] =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

// Whether a command asks the server that holds the database or opens the database itself: it does the same.
describe.each(['without a server', 'while the server runs'])('commands %s', (how) => {
  let home: string;
  let server: Awaited<ReturnType<typeof startProduct>> | undefined;
  beforeAll(async () => {
    home = join(folder, how.replaceAll(' ', '-'));
    await mkdir(home);
    if (how === 'while the server runs') server = await startProduct({ home, env });
  });
  afterAll(() => server?.[Symbol.asyncDispose]());
  const run = (...args: readonly string[]) => runCommand(args, { home, env });

  it('ingest, search and ask', { timeout: 60_000 }, async () => {
    const ingested = await run('ingest', join(folder, 'kb'), '--json');
    expect(JSON.parse(ingested.stdout)).toMatchObject({ added: 2, changed: 0, unchanged: 0, removed: 0 });
    expect(ingested.code).toBe(0);

    const found = await run('search', 'what', 'do', 'numbats', 'eat', '--limit', '1', '--json');
    expect(JSON.parse(found.stdout)).toEqual([
      {
        documentId: expect.stringContaining('numbat'),
        title: 'Numbats',
        text: expect.stringContaining('termites'),
        score: expect.any(Number),
      },
    ]);

    const asked = await run('ask', '--file', join(folder, 'questions.jsonl'), '--json');
    expect(linesOf(asked.stdout).map(({ _id, kind }) => [_id, kind])).toEqual([
      ['q1', 'answer'],
      ['2', 'answer'],
      ['q3', 'silent'],
    ]);
    expect([asked.code, asked.stderr]).toEqual([0, '']);
  });

  if (how === 'without a server') return;

  it('print for people, and say what is wrong on stderr with an exit code', { timeout: 60_000 }, async () => {
    const [again, found, answered, escalated, wrong, nothing] = await Promise.all([
      run('ingest', join(folder, 'kb')),
      run('search', 'numbats'),
      run('ask', 'What', 'do', 'quokkas', 'eat?', '--json'),
      run('ask', 'Can I talk to a human?'),
      run('ask', '--file', join(folder, 'wrong.jsonl'), '--json'),
      run('ingest', join(folder, 'nowhere')),
    ]);
    expect(again.stdout).toMatch(/^0 added, 0 changed, 2 unchanged, 0 removed/);
    expect(found.stdout).toMatch(/^1\. Numbats {2}\(/);
    expect(JSON.parse(answered.stdout)).toMatchObject({
      kind: 'answer',
      markdown: expect.stringContaining('leaves'),
      citations: [{ n: 1, title: 'Quokkas' }],
    });
    expect(escalated.stdout).toMatch(/^\(escalate: asked-for-human\)/);
    expect(linesOf(wrong.stdout).map(({ _id }) => _id)).toEqual(['q1']);
    expect(wrong.stderr).toContain('wrong.jsonl:2 is not a question; each line must be {"_id": "…", "text": "…"}.');
    expect([wrong.code, nothing.code]).toEqual([1, 1]);
    expect(`${nothing.stdout}${nothing.stderr}`).toContain('nowhere');
  });

  it('know that the database belongs to the server', { timeout: 60_000 }, async () => {
    const port = String(await freePort());
    const [doctor, migrate, second] = await Promise.all([
      run('doctor', '--json'),
      run('migrate'),
      runCommand(['serve'], { home, env: { ...env, PORT: port } }),
    ]);
    expect(JSON.parse(doctor.stdout)).toMatchObject({
      findings: expect.arrayContaining([{ name: 'server', ok: true, detail: expect.stringContaining(home) }]),
      settings: expect.arrayContaining([expect.objectContaining({ name: 'LOG_LEVEL', value: 'info' })]),
    });
    expect([migrate.code, migrate.stderr]).toEqual([1, expect.stringContaining(`process ${server?.pid}`)]);
    expect([second.code, second.stderr]).toEqual([1, expect.stringMatching(/Another Frontdesk .*DATABASE_URL/)]);
  });
});

describe('commands that need no database', () => {
  let home: string;
  beforeAll(async () => {
    home = join(folder, 'empty');
    await mkdir(home);
  });
  afterEach(() => {
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
    process.exitCode = undefined;
  });

  /** The command line in this process, which is quicker than one of its own. */
  const run = async (args: readonly string[], more: Readonly<Record<string, string>> = {}) => {
    for (const [name, value] of Object.entries({ FRONTDESK_HOME: home, ...more })) vi.stubEnv(name, value);
    const written = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const) {
      vi.spyOn(process[stream], 'write').mockImplementation((chunk) => {
        written[stream] += String(chunk);
        return true;
      });
    }
    const code = await runHere(args);
    vi.restoreAllMocks();
    return { code, ...written };
  };

  it.each<[string, readonly string[], RegExp]>([
    ['no question', ['ask'], /^Ask something/],
    ['a folder for a file', ['ask', '--file', tmpdir()], /is a folder/],
    ['a file that is not there', ['ask', '--file', 'none.jsonl'], /^Cannot read none\.jsonl\./],
    ['no query', ['search'], /missing required argument 'query'/],
    ['a limit that is none', ['search', 'x', '--limit', '0'], /whole number from 1 to 100/],
    ['an unknown visibility', ['ingest', '.', '--visibility', 'secret'], /public, internal or org:<id>/],
    ['an unknown command', ['dance'], /unknown command 'dance'/],
    ['an unknown option', ['search', 'x', '--loud'], /unknown option '--loud'/],
    ['an unknown channel', ['inspect', 'fax', 'x'], /No recorded payloads of "fax".*email/],
    ['evaluation without labels', ['eval', '--queries', 'x'], /required option '--qrels/],
  ])('refuse %s', async (_what, args, message) => {
    const { code, stdout, stderr } = await run(args);
    expect([code, stdout, stderr]).toEqual([1, '', expect.stringMatching(message)]);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it('have help each', async () => {
    const { code, stdout } = await run(['--help']);
    expect(code).toBe(0);
    const names = [...stdout.matchAll(/^ {2}([a-z]+)(?: |$)/gm)]
      .map(([, name]) => name ?? '')
      .filter((name) => name !== 'help');
    expect(names).toEqual(
      expect.arrayContaining(['serve', 'migrate', 'doctor', 'ingest', 'search', 'ask', 'eval', 'chat', 'inspect']),
    );
    for (const name of names) {
      const help = await run([name, '--help']);
      expect([help.code, help.stdout], name).toEqual([0, expect.stringContaining(`Usage: frontdesk ${name}`)]);
    }
  });

  it('list every wrong setting, secrets masked', async () => {
    const { code, stderr } = await run(['search', 'x'], {
      PORT: 'x',
      DATABASE_URL: 'mysql://u:hunter22@db',
      LOG_LEVEL: 'loud',
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^Frontdesk cannot start with these settings:\n {2}- PORT: .*\n {2}- LOG_LEVEL: .*\n {2}- DATABASE_URL: /,
    );
    expect(stderr).not.toContain('hunter22');
  });

  it('inspect recorded mail, one line a file', async () => {
    const files = ['bottom-posting.eml', 'bounce-delayed.eml'].map((name) => join(mails, name));
    const { code, stdout, stderr } = await run(['inspect', 'email', ...files, join(home, 'none.eml'), '--json']);
    const [message, bounce, missing] = linesOf(stdout);
    expect(message).toMatchObject({
      file: files[0],
      events: [
        {
          kind: 'message',
          class: 'message',
          text: expect.any(String),
          quoted: expect.anything(),
          author: { role: 'customer' },
          address: { channel: 'email' },
          dedupeKey: expect.any(String),
        },
      ],
    });
    expect(bounce).toMatchObject({
      file: files[1],
      events: [{ kind: 'message', class: 'bounce', why: expect.any(String) }],
    });
    expect(missing).toMatchObject({
      file: join(home, 'none.eml'),
      events: [],
      unsupported: expect.stringContaining('ENOENT'),
    });
    expect([code, stderr]).toEqual([1, '']);
    process.exitCode = undefined;
    const readable = await run(['inspect', 'email', files[0] ?? '']);
    expect([readable.code, readable.stdout]).toEqual([0, expect.stringMatching(/kind {9}message/)]);
  });
});
