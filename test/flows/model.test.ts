import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ChatCompletionRequest, LLMock } from '@copilotkit/aimock';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '#src/store/database.ts';
import { openChatSocket, partialsIn, repliesIn } from '#test/chat-socket.ts';
import { runCommand } from '#test/command.ts';
import { signIn } from '#test/console.ts';
import { engines, openTestDatabase } from '#test/database.ts';
import { openChat, type Product, startProduct, until } from '#test/product.ts';

const apiKey = 'sk-flow-d41c2f7a90e3';
const question = 'How do I reset my password?';
/** Longer than a page waits for an answer (`say`). */
const silence = 120_000;

const requests = (mock: LLMock): ChatCompletionRequest[] =>
  mock
    .getRequests()
    .flatMap(({ path, body }) => (path.endsWith('/chat/completions') ? [body as ChatCompletionRequest] : []));

const sampleIsThere = (product: Product) =>
  until('the sample knowledge is there', () => product.log().includes('the sample knowledge base is ready'));

describe('with a model behind an OpenAI-compatible endpoint', () => {
  const mock = new LLMock({ port: 0 });
  let product: Product;
  let env: Record<string, string>;
  beforeAll(async () => {
    await mock.start();
    env = {
      OPENAI_API_KEY: apiKey,
      OPENAI_BASE_URL: `${mock.url}/v1`,
      OPENAI_MODEL: 'model-of-the-test',
      OPENAI_TIMEOUT_MS: '1000',
      LOG_LEVEL: 'trace',
    };
    product = await startProduct({ env });
    await sampleIsThere(product);
  });
  afterAll(async () => {
    await product?.[Symbol.asyncDispose]();
    await mock.stop();
  });

  /** Each test begins with an endpoint that is well: an answer closes the breaker that an earlier test may have strained. */
  beforeEach(async () => {
    mock.reset();
    mock.onMessage(/reset/, { content: 'Choose “Forgot password” [1].' });
    await until('the model answers', async () => {
      const { body } = await (await openChat(product.url)).say(question);
      return body.replies[0]?.markdown === 'Choose “Forgot password” [1].';
    });
    mock.reset();
  });

  /** One question in a conversation of its own, with everything its page was shown. */
  const ask = async (text = question) => {
    const chat = await openChat(product.url);
    using socket = await openChatSocket(product.url, chat);
    const { status, body } = await chat.say(text);
    expect(status).toBe(201);
    await until('the page has it too', () => repliesIn(socket.events).length >= body.replies.length);
    return { chat, ...body, events: socket.events };
  };

  /** What a customer gets while the model does not work: words of the article itself, with their source. */
  const expectQuoted = ({ replies, settled }: Awaited<ReturnType<typeof ask>>) => {
    expect(settled).toBe(true);
    expect(replies).toMatchObject([{ kind: 'answer', author: { role: 'bot' } }]);
    expect(replies[0]?.citations[0]?.title).toMatch(/password/i);
    expect(replies[0]?.markdown).toMatch(/\[1\]/);
  };

  it('shows the text as it is written, then one message with its sources', async () => {
    const answer = 'Choose “Forgot password” on the sign-in page [1]. The link in the mail is good for an hour [1].';
    mock.onMessage(/reset/, { content: answer }, { chunkSize: 8, latency: 40 });
    const { replies, events } = await ask();
    expect(replies).toMatchObject([{ kind: 'answer', markdown: answer, citations: [{ n: 1 }] }]);
    expect(replies[0]?.citations[0]?.title).toMatch(/password/i);
    const partials = partialsIn(events);
    expect(partials.length).toBeGreaterThan(3);
    for (const text of partials) expect(answer.startsWith(text)).toBe(true);
    expect(repliesIn(events)).toMatchObject([{ id: replies[0]?.id, markdown: answer }]);
    expect(events.at(-1)).toMatchObject({ type: 'message' });
    expect(events.some(({ type }) => type === 'status')).toBe(true);
    expect(requests(mock)[0]).toMatchObject({ model: 'model-of-the-test', stream: true });
  });

  it('lets the model search again, and cites what that brought', async () => {
    mock.on(
      { userMessage: /reset/, hasToolResult: false },
      {
        content: 'One moment.',
        toolCalls: [{ name: 'search_knowledge', arguments: '{"query":"label printer is offline"}' }],
      },
    );
    mock.on({ userMessage: /reset/, hasToolResult: true }, (request) => {
      const result = String(request.messages.at(-1)?.content);
      const n = /n="(\d+)" title="Printer shows as offline/.exec(result)?.[1];
      return { content: `Restart the printer [${n ?? 'not found'}].` };
    });
    const { replies, events } = await ask();
    expect(replies).toMatchObject([
      {
        kind: 'answer',
        markdown: 'Restart the printer [1].',
        citations: [{ n: 1, title: 'Printer shows as offline' }],
      },
    ]);
    expect(repliesIn(events)).toHaveLength(1);
  });

  it('hands over when the model asks for a colleague, with its suggestion on the card', async () => {
    mock.onMessage(/reset/, {
      toolCalls: [
        {
          name: 'hand_over',
          arguments: JSON.stringify({
            reason: 'policy',
            question: 'Reset for a locked account',
            why: 'Only we may unlock it.',
            suggested_reply: 'I have unlocked it.',
          }),
        },
      ],
    });
    const { replies, conversation } = await ask();
    expect(conversation.status).toBe('waiting');
    expect(replies).toMatchObject([{ kind: 'escalate' }]);
    const desk = await signIn(product.url, 'Mira');
    const [item] = await desk.list();
    expect(await desk.get(item?.id ?? '')).toMatchObject({
      reason: 'policy',
      question: 'Reset for a locked account',
      why: 'Only we may unlock it.',
      suggestedReply: 'I have unlocked it.',
    });
    expect(replies[0]?.markdown).toContain(item?.code);
  });

  it('sends nothing as an answer that cites no passage, and hands over the second time', async () => {
    mock.onMessage(/.*/, { content: 'Your password is surely fine, trust me [42].' });
    const { replies, chat } = await ask();
    expect(replies).toMatchObject([{ kind: 'ask-back', citations: [] }]);
    expect(replies[0]?.markdown).not.toContain('trust me');
    const second = (await chat.say('How do I change the time zone?')).body;
    expect(second.conversation.status).toBe('waiting');
    expect(second.replies).toMatchObject([{ kind: 'escalate' }]);
  });

  it('tries a busy endpoint again', async () => {
    mock.nextRequestError(429).onMessage(/reset/, { content: 'The second try [1].' });
    expect((await ask()).replies).toMatchObject([{ kind: 'answer', markdown: 'The second try [1].' }]);
    expect(requests(mock)).toHaveLength(2);
  });

  it('tries a failing endpoint again', async () => {
    mock.nextRequestError(500).onMessage(/reset/, { content: 'The second try [1].' });
    expect((await ask()).replies).toMatchObject([{ kind: 'answer', markdown: 'The second try [1].' }]);
  });

  it.each([429, 500, 503, 401, 400])('quotes the article while the endpoint answers %i', async (status) => {
    mock.onMessage(/.*/, { error: { message: `no: ${apiKey}` }, status, retryAfter: 60 });
    const answered = await ask();
    expectQuoted(answered);
    expect(JSON.stringify(answered)).not.toContain(apiKey);
  });

  it('quotes the article in place of a text that was cut off', async () => {
    const begun = 'The beginning of an answer that never ends, and goes on and on [1]';
    mock.onMessage(/reset/, { content: begun }, { truncateAfterChunks: 5, chunkSize: 8, latency: 120 });
    const answered = await ask();
    expectQuoted(answered);
    expect(answered.replies[0]?.markdown).not.toContain('The beginning');
    expect(partialsIn(answered.events)[0]).toMatch(/^The beg/);
    // The last that the page is shown of it is what stays.
    expect(partialsIn(answered.events).at(-1)).toBe(answered.replies[0]?.markdown);
  });

  it('quotes the article when the endpoint says nothing for too long', async () => {
    mock.onMessage(/reset/, { content: 'Too late [1].' }, { latency: silence });
    expectQuoted(await ask());
  });

  it('never shows the key: not in the log, not in health, metrics or doctor, not in a command’s words', async () => {
    mock.onMessage(/.*/, {
      error: { message: `Incorrect API key provided: ${apiKey}`, type: 'invalid_request_error' },
      status: 401,
    });
    for (const path of [
      '/health',
      '/metrics',
      '/readyz',
      '/docs/json',
      '/api/console',
      '/api/chat/sessions/none/messages',
    ]) {
      expect(await (await fetch(`${product.url}${path}`)).text()).not.toContain(apiKey);
    }
    const elsewhere = await mkdtemp(join(tmpdir(), 'frontdesk-'));
    try {
      for (const home of [product.home, elsewhere]) {
        for (const args of [
          ['doctor', '--json'],
          ['ask', question, '--json'],
        ]) {
          const { stdout, stderr } = await runCommand(args, { home, env });
          expect(stdout + stderr).not.toContain(apiKey);
          expect(stdout).not.toBe('');
        }
      }
      const wrong = await runCommand(['serve'], {
        home: elsewhere,
        env: { ...env, PORT: 'many', OPENAI_BASE_URL: apiKey },
      });
      expect(wrong.code).not.toBe(0);
      expect(wrong.stderr).toContain('PORT');
      expect(wrong.stderr).not.toContain(apiKey);
    } finally {
      await rm(elsewhere, { recursive: true, force: true });
    }
    expect(product.log()).toContain('the endpoint refuses us');
    expect(product.log()).not.toContain(apiKey);
  });

  // The last one: the endpoint is then left alone for half a minute.
  it('leaves an endpoint alone that keeps failing, answers without it, and says so once', async () => {
    mock.onMessage(/.*/, { error: { message: 'no' }, status: 500 });
    for (let turn = 0; turn < 3; turn += 1) expectQuoted(await ask());
    const asked = requests(mock).length;
    expectQuoted(await ask());
    expect(requests(mock)).toHaveLength(asked);
    expect(
      product
        .log()
        .split('\n')
        .filter((line) => line.includes('left alone for a while')),
    ).toHaveLength(1);
  });
});

describe.runIf(engines.includes('postgres'))('with an embedding endpoint', () => {
  const mock = new LLMock({ port: 0 });
  beforeAll(() => mock.start());
  afterAll(() => mock.stop());
  beforeEach(() => void mock.reset());

  /** A number for each meaning that these tests tell apart: animals, and everything else. */
  const meanings = () => {
    mock.onEmbedding(/marsupial|quokka/i, { embedding: [1, 0, 0, 0] });
    mock.onEmbedding(/.*/, { embedding: [0, 1, 0, 0] });
  };

  const withoutVector = async (database: Database): Promise<number> => {
    const { rows } = await sql<{ n: number }>`select count(*)::int as n from chunks c
      where not exists (select from embeddings e where e.text_hash = c.text_hash)`.execute(database.db);
    return rows[0]?.n ?? 0;
  };

  it('gives every passage a vector and searches by meaning too; words go on alone while it fails', {
    timeout: 120_000,
  }, async () => {
    await using database = await openTestDatabase('postgres');
    const words = { DATABASE_URL: database.url as string };
    const env = {
      ...words,
      OPENAI_BASE_URL: `${mock.url}/v1`,
      OPENAI_API_KEY: apiKey,
      OPENAI_EMBEDDING_MODEL: 'vectors-of-the-test',
    };
    meanings();
    mock.onMessage(/.*/, { content: 'Choose “Forgot password” [1].' });
    await using product = await startProduct({ env });
    await sampleIsThere(product);
    expect(await withoutVector(database)).toBe(0);

    const folder = join(product.home, 'animals');
    await mkdir(folder);
    await writeFile(join(folder, 'animals.md'), '# Marsupials\n\nLiving cargo of Rottnest Island is never shipped.\n');
    await writeFile(
      join(folder, 'password.md'),
      '# Reset your password\n\nTo reset your password, choose “Forgot password” on the sign-in page.\n',
    );
    const ingested = await runCommand(['ingest', folder, '--collection', 'animals'], { home: product.home, env });
    expect(ingested).toMatchObject({ code: 0 });
    expect(await withoutVector(database)).toBe(0);
    const search = async (settings: Record<string, string>) => {
      const { stdout } = await runCommand(['search', 'quokka', '--json'], { home: product.home, env: settings });
      return (JSON.parse(stdout) as { title: string }[])[0]?.title;
    };
    // A question waits three seconds for its vector at most, which a busy machine may use up.
    await until('words and meaning find it', async () => (await search(env)) === 'Marsupials');
    expect(await search(words)).not.toBe('Marsupials');

    mock.reset();
    mock.onEmbedding(/.*/, { error: { message: `no: ${apiKey}` }, status: 500 });
    mock.onMessage(/.*/, { content: 'Choose “Forgot password” [1].' });
    for (let turn = 0; turn < 2; turn += 1) {
      const { body } = await (await openChat(product.url)).say(question);
      expect(body.replies).toMatchObject([{ kind: 'answer', markdown: 'Choose “Forgot password” [1].' }]);
      expect(body.replies[0]?.citations[0]?.title).toMatch(/password/i);
    }
    expect(
      product
        .log()
        .split('\n')
        .filter((line) => line.includes('searching by words alone')),
    ).toHaveLength(1);
    expect(product.log()).not.toContain(apiKey);
  });

  it('catches up by itself: with what was there before, and with what an outage left without', {
    timeout: 60_000,
  }, async () => {
    await using database = await openTestDatabase('postgres');
    const words = { DATABASE_URL: database.url as string };
    const env = {
      ...words,
      OPENAI_BASE_URL: `${mock.url}/v1`,
      OPENAI_API_KEY: apiKey,
      OPENAI_EMBEDDING_MODEL: 'vectors-of-the-test',
    };
    await using before = await startProduct({ role: 'worker', env: words });
    await sampleIsThere(before);
    expect(await before.stop()).toBe(0);
    expect(await withoutVector(database)).toBeGreaterThan(0);
    meanings();
    await using _after = await startProduct({ role: 'worker', env });
    await until('every passage has a vector', async () => (await withoutVector(database)) === 0);
  });
});
