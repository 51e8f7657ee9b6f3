import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '#core/errors.ts';
import type { Operations } from '#src/operations.ts';
import { connectControl, controlPath, serveControl } from './control.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'frontdesk-control-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

const audience = { organizations: [], shared: false, identity: 'anonymous' } as const;
const answer = { kind: 'answer', markdown: 'Ärger 👍\nzwei Zeilen', citations: [], confidence: 1 } as const;
const report = { added: 2 } as unknown as Awaited<ReturnType<Operations['ingest']>>;

const operations = (more: Partial<Operations> = {}): Operations => ({
  search: async ({ query, limit }) => ({
    passages: [{ documentId: query, title: `${limit}`, text: 'x', score: 1 }],
    confidence: 1,
  }),
  ask: async () => answer,
  ingest: async (_options, onProgress) => {
    for (let done = 0; done <= 2; done += 1) onProgress({ done, total: 2 } as never);
    return report;
  },
  sync: () => Promise.reject(new Error('not here')),
  evaluate: () => Promise.reject(new Error('not here')),
  gaps: async ({ days }) => ({ days, questions: 0, gaps: [], more: 0 }),
  preview: () => Promise.reject(new Error('not here')),
  recall: () => Promise.reject(new Error('not here')),
  ...more,
});
const ingest = { sources: ['a'], collection: 'default', visibility: 'public' };

/** What a server answers to these raw bytes. */
const raw = (text: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(controlPath(home));
    let answered = '';
    socket.on('data', (chunk) => {
      answered += chunk.toString();
    });
    socket.on('close', () => resolve(answered));
    socket.on('error', reject);
    socket.write(text);
  });

describe('the control socket', () => {
  it('carries questions, answers and progress', async () => {
    await using _server = await serveControl(home, operations());
    const remote = await connectControl(home);
    expect(await remote?.search({ query: 'q', limit: 3, audience })).toEqual({
      passages: [{ documentId: 'q', title: '3', text: 'x', score: 1 }],
      confidence: 1,
    });
    expect(await remote?.ask({ question: 'Wo?', audience })).toEqual(answer);
    const progress: unknown[] = [];
    expect(await remote?.ingest(ingest, (step) => progress.push(step))).toEqual(report);
    expect(progress).toEqual([0, 1, 2].map((done) => ({ done, total: 2 })));
  });

  it('serves several commands at once', async () => {
    await using _server = await serveControl(home, operations());
    const remote = await connectControl(home);
    const asked = Array.from({ length: 20 }, (_, n) => remote?.search({ query: `q${n}`, limit: 1, audience }));
    expect((await Promise.all(asked)).map((found) => found?.passages[0]?.documentId)).toEqual(
      Array.from({ length: 20 }, (_, n) => `q${n}`),
    );
  });

  it('carries large answers whole', async () => {
    const markdown = 'Grüße '.repeat(200_000);
    await using _server = await serveControl(home, operations({ ask: async () => ({ ...answer, markdown }) }));
    expect((await (await connectControl(home))?.ask({ question: 'x', audience }))?.markdown).toBe(markdown);
  });

  it('passes on what a person can act on, and says of a bug what it was', async () => {
    await using _server = await serveControl(
      home,
      operations({
        search: () =>
          Promise.reject(new AppError('not-found', 'There is no such collection.', { message: 'internals' })),
        ask: () => Promise.reject(new TypeError('x is not a function')),
      }),
    );
    const remote = await connectControl(home);
    await expect(remote?.search({ query: 'q', limit: 1, audience })).rejects.toMatchObject({
      code: 'not-found',
      userMessage: 'There is no such collection.',
    });
    await expect(remote?.ask({ question: 'q', audience })).rejects.toMatchObject({
      code: 'internal',
      userMessage: 'x is not a function',
    });
  });

  it('answers nonsense with an error, and goes on', async () => {
    await using _server = await serveControl(home, operations());
    expect(JSON.parse(await raw('not json\n'))).toMatchObject({ error: { code: 'internal' } });
    expect(JSON.parse(await raw('null\n'))).toMatchObject({ error: { code: 'internal' } });
    for (const name of ['drop', 'constructor', '__proto__']) {
      expect(JSON.parse(await raw(`${JSON.stringify({ name })}\n`))).toMatchObject({
        error: { code: 'bad-request', message: expect.stringContaining('restart it with this version') },
      });
    }
    expect(await (await connectControl(home))?.ask({ question: 'x', audience })).toEqual(answer);
  });

  it('is for its owner alone', async () => {
    await using _server = await serveControl(home, operations());
    expect((await stat(controlPath(home))).mode & 0o777).toBe(0o600);
  });
});

describe('without a server', () => {
  it('is nobody there', async () => {
    expect(await connectControl(home)).toBeUndefined();
    expect(await connectControl(join(home, 'missing'))).toBeUndefined();
    const server = await serveControl(home, operations());
    await server[Symbol.asyncDispose]();
    expect(await connectControl(home)).toBeUndefined();
  });

  it('takes a socket over that a killed server left behind', async () => {
    // After kill -9 the file stays, and nobody answers.
    await writeFile(controlPath(home), '');
    expect(await connectControl(home)).toBeUndefined();
    await using _server = await serveControl(home, operations());
    expect(await (await connectControl(home))?.ask({ question: 'x', audience })).toEqual(answer);
  });

  it('says so when the server stops before it has answered', async () => {
    let asked = (): void => {};
    const asking = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const server = await serveControl(
      home,
      operations({
        ask: () => {
          asked();
          return new Promise(() => undefined);
        },
      }),
    );
    const remote = await connectControl(home);
    const question = remote?.ask({ question: 'x', audience });
    const refused = expect(question).rejects.toMatchObject({
      code: 'unavailable',
      userMessage: expect.stringContaining('stopped before it had answered'),
    });
    await asking;
    await server[Symbol.asyncDispose]();
    await refused;
    await expect(remote?.ask({ question: 'x', audience })).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('survives a command that goes away in the middle', async () => {
    let finish = (): void => {};
    const working = new Promise<void>((resolve) => {
      finish = resolve;
    });
    await using _server = await serveControl(
      home,
      operations({
        async ingest(_options, onProgress) {
          await working;
          onProgress({ done: 1, total: 1 } as never);
          return report;
        },
      }),
    );
    const socket = connect(controlPath(home));
    socket.write(`${JSON.stringify({ name: 'ingest', input: ingest })}\n`);
    await new Promise((resolve) => setImmediate(resolve));
    socket.destroy();
    finish();
    expect(await (await connectControl(home))?.ask({ question: 'x', audience })).toEqual(answer);
  });
});

describe('a home with a long path', () => {
  it('has a socket all the same, and another one than its neighbour', async () => {
    const deep = join(home, 'a'.repeat(60), 'b'.repeat(60));
    const homes = [join(deep, 'one'), join(deep, 'two')];
    expect(controlPath(homes[0] ?? '')).not.toBe(controlPath(homes[1] ?? ''));
    for (const one of homes) {
      expect(Buffer.byteLength(controlPath(one))).toBeLessThan(104);
      await mkdir(one, { recursive: true });
    }
    await using _first = await serveControl(homes[0] ?? '', operations());
    await using _second = await serveControl(
      homes[1] ?? '',
      operations({ ask: async () => ({ ...answer, markdown: 'two' }) }),
    );
    const asked = await Promise.all(
      homes.map(async (one) => (await connectControl(one))?.ask({ question: 'x', audience })),
    );
    expect(asked.map((found) => found?.markdown)).toEqual([answer.markdown, 'two']);
  });
});
