import { LLMock } from '@copilotkit/aimock';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Message, visibleText } from '#test/fakes/slack/index.ts';
import { labels, pingsIn, type SlackSupport, startSlackSupport, type Thread } from '#test/slack.ts';

const password = '<@U0BOT> How do I reset my password?';
const printer = 'My label printer is offline. What can I do?';

describe('answers on their way to Slack', () => {
  let support: SlackSupport;
  let slack: SlackSupport['slack'];
  beforeAll(async () => {
    support = await startSlackSupport({ env: { WORK_LEASE_SECONDS: '2' } });
    slack = support.slack;
  });
  afterAll(() => support?.[Symbol.asyncDispose]());

  const postsTo = (room: string) => slack.callsOf('chat.postMessage').filter(({ args }) => args.channel === room);

  it.concurrent('waits where Slack says 429, and delivers once and in order; other channels do not wait', async () => {
    const [slow, quick] = [support.room(), support.room()];
    slack.fail('chat.postMessage', { status: 429, retryAfter: 4, channel: slow });
    const asked = await slack.say({ user: 'U0ANN', channel: slow, text: password });
    await slack.waitFor(() => postsTo(slow).length > 0, 5_000, 'the first try');
    await slack.say({ user: 'U0ANN', channel: slow, thread: asked.ts, text: printer });
    const other = await slack.say({ user: 'U0BEN', channel: quick, text: password });
    await support.answer(other);
    expect(support.bots(slow)).toEqual([]);
    await support.answer(asked, 2);
    expect(support.bots(asked).map(visibleText)).toEqual([
      expect.stringContaining('Forgot password'),
      expect.stringContaining('printer'),
    ]);
    const [first, second] = postsTo(slow).map(({ at }) => at);
    expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(4_000);
    expect(postsTo(slow)).toHaveLength(3);
  });

  it.concurrent.each([
    ['answers 500 to', { status: 500, takesEffect: true }],
    ['names an internal error for', { error: 'internal_error', takesEffect: true }],
    ['cuts the connection after', { drop: 'after' }],
  ] as const)('looks before it sends again what Slack %s but has taken', async (_what, fault) => {
    const room = support.room();
    slack.fail('chat.postMessage', { ...fault, channel: room });
    const asked = await slack.say({ user: 'U0ANN', channel: room, text: password });
    await support.answer(asked);
    await slack.waitFor(
      () => slack.callsOf('conversations.replies').some(({ args }) => args.channel === room && args.ts === asked.ts),
      10_000,
      'a look into the thread',
    );
    await slack.say({ user: 'U0ANN', channel: room, thread: asked.ts, text: printer });
    expect(visibleText(await support.answer(asked, 2))).toMatch(/printer/i);
    expect(support.bots(room)).toHaveLength(2);
    expect(postsTo(room)).toHaveLength(2);
  });

  it('shows an answer once when it dies between sending it and storing that', async () => {
    const room = support.room();
    const asked = await slack.say({ user: 'U0ANN', channel: room, text: password });
    // At the moment when Slack has it: before its answer can be on the way.
    await slack.waitFor(() => support.bots(asked).length > 0 && process.kill(support.product.pid, 'SIGKILL'));
    await support.restart();
    await slack.say({ user: 'U0ANN', channel: room, thread: asked.ts, text: printer });
    expect(visibleText(await support.answer(asked, 2))).toMatch(/printer/i);
    expect(support.bots(room)).toHaveLength(2);
    expect(postsTo(room)).toHaveLength(2);
  });
});

/** The blocks of code in messages, in order. */
const codeIn = (value: unknown): readonly string[] => {
  if (Array.isArray(value)) return value.flatMap(codeIn);
  if (typeof value !== 'object' || value === null) return [];
  const { type, text, elements, blocks }: { [key: string]: unknown } = { ...value };
  if (type === 'rich_text_preformatted' && Array.isArray(elements))
    return [elements.map((one: { readonly text?: unknown }) => String(one.text)).join('')];
  return typeof text === 'object' ? [] : [...codeIn(blocks), ...codeIn(elements)];
};

describe('answers that are written while people watch', () => {
  const mock = new LLMock({ port: 0 });
  let support: SlackSupport;
  let slack: SlackSupport['slack'];
  beforeAll(async () => {
    await mock.start();
    support = await startSlackSupport({
      slack: { limits: { blocksText: 3_000 } },
      env: {
        OPENAI_API_KEY: 'sk-flow',
        OPENAI_BASE_URL: `${mock.url}/v1`,
        OPENAI_MODEL: 'model-of-the-test',
        DESK: 'slack:C0DESK',
        WORK_LEASE_SECONDS: '2',
      },
    });
    slack = support.slack;
  });
  afterAll(async () => {
    await support?.[Symbol.asyncDispose]();
    await mock.stop();
  });

  const words = 'Choose “Forgot password” on the sign-in page [1]. The link in the mail is good for an hour [1].';
  let questions = 0;
  /** A question that nobody else asks, and what the model writes in answer to it. */
  const question = (content: string, pace: { readonly chunkSize?: number; readonly latency?: number } = {}) => {
    questions += 1;
    const mark = `ticket-${questions}-`;
    mock.onMessage(new RegExp(mark), { content }, { chunkSize: 8, latency: 150, ...pace });
    return `<@U0BOT> How do I reset my password? ${mark}`;
  };
  const ask = (text: string) => slack.say({ user: 'U0ANN', channel: support.room(), text });
  /** The message that is being written in a thread, once that much of it is there. */
  const written = (where: Thread, chars: number) => {
    const look = () =>
      support.bots(where).find(({ streaming, text }) => streaming === 'in_progress' && text.length >= chars);
    return slack.waitFor(look, 10_000, `${chars} characters of a stream`);
  };
  const expectWhole = (answer: Message) => {
    expect(visibleText(answer).replace(/\[1\] \([^)]*\)/g, '[1]')).toContain(words);
    expect(visibleText(answer)).toMatch(/Sources: \[1\] .*Reset or change your password/);
    expect(labels(answer)).toEqual(['This helped', 'This did not help', 'Talk to a person']);
    expect(support.bots(answer.channel)).toEqual([answer]);
    expect(slack.messages(answer.channel, { withDeleted: true }).filter(({ deleted }) => deleted)).toEqual([]);
    expect(answer.streaming).not.toBe('in_progress');
  };

  it.concurrent('grow in one message, which ends with sources and buttons', async () => {
    const asked = await ask(question(words));
    const { ts } = await written(asked, 10);
    const answer = await support.answer(asked);
    expect(answer.ts).toBe(ts);
    expectWhole(answer);
    const calls = (method: string) => slack.callsOf(method).filter(({ args }) => args.channel === asked.channel);
    const reader = { recipient_user_id: 'U0ANN', recipient_team_id: 'T0ACME' };
    expect(calls('chat.startStream').map(({ args }) => args)).toEqual([expect.objectContaining(reader)]);
    expect(calls('chat.appendStream').length).toBeGreaterThan(0);
    expect(slack.status(asked.channel, asked.ts)).toBe('');
  });

  it.concurrent('are taken back when the question is deleted meanwhile', async () => {
    const asked = await ask(question(words, { latency: 300 }));
    const { ts } = await written(asked, 1);
    await slack.remove(asked);
    await slack.waitFor(() => slack.message(asked.channel, ts) === undefined, 10_000, 'the partial answer is gone');
    await slack.say({ user: 'U0BEN', channel: asked.channel, text: question(words, { latency: 1 }) });
    await support.answer(asked.channel);
    expect(support.bots(asked)).toEqual([]);
    expect(slack.status(asked.channel, asked.ts)).toBe('');
  });

  it.concurrent('become the answer to what the question says now', async () => {
    const asked = await ask(question('Nobody wants to read this now, however long it goes on [1].', { latency: 300 }));
    const { ts } = await written(asked, 1);
    await slack.edit({ ...asked, text: question(words) });
    const answer = await support.answer(asked);
    expect(answer.ts).toBe(ts);
    expectWhole(answer);
  });

  it.concurrent('are split where they are too long: in order, code in one piece, nothing lost', async () => {
    const steps = Array.from({ length: 9 }, (_, n) => n + 1);
    const code = (n: number) =>
      Array.from({ length: 20 }, (_, k) => `tidewater step ${n} line ${k} # ${'x'.repeat(20)}`).join('\n');
    const content = steps
      .map((n) => `Step ${n} starts with “Forgot password” [1].\n\n\`\`\`sh\n${code(n)}\n\`\`\``)
      .join('\n\n');
    expect(content.length).toBeGreaterThan(9_000);
    const asked = await ask(question(content, { chunkSize: 400, latency: 20 }));
    const isThere = () => support.bots(asked).some((message) => labels(message).length > 0);
    await slack.waitFor(isThere, 20_000, 'the last part');
    const parts = support.bots(asked);
    expect(parts.length).toBeGreaterThan(content.length / 3_000 + 1);
    expect(codeIn(parts)).toEqual(steps.map(code));
    const shown = parts.map(visibleText).join('\n');
    expect([...shown.matchAll(/Step (\d) starts/g)].map(([, n]) => Number(n))).toEqual(steps);
    expect(parts.map((part) => [labels(part).length > 0, visibleText(part).includes('Sources:')])).toEqual(
      parts.map((_, n) => (n === parts.length - 1 ? [true, true] : [false, false])),
    );
    expect(support.product.log()).toContain('a message is too long for Slack and goes out in parts');
  });

  it.concurrent('never make a mention of what anybody wrote, neither there nor at the desk', async () => {
    const evil = '<!channel> @channel <@U0BEN> <!here|@here> <#C0DESK> @everyone';
    const everywhere = [
      `Choose “Forgot password” [1]. ${evil} \`${evil}\``,
      `# ${evil}`,
      `- ${evil}`,
      `> ${evil}`,
      `| ${evil} |\n|---|\n| ${evil} |`,
      `[${evil}](https://help.tidewater.example/?q=${evil})`,
    ].join('\n\n');
    const asked = await ask(`${question(everywhere, { latency: 20 })} ${evil}`);
    await support.answer(asked);
    const again = `<@U0BOT> ${evil} I want to talk to a person`;
    await slack.say({ user: 'U0ANN', channel: asked.channel, thread: asked.ts, text: again });
    await slack.waitFor(() => support.bots('C0DESK').length > 0, 10_000, 'the card');
    expect(slack.calls.filter(({ args }) => JSON.stringify(args).includes('!channel')).length).toBeGreaterThan(1);
    expect(slack.calls.flatMap(pingsIn)).toEqual([]);
  });

  it('are completed when Slack ends the stream in the middle', async () => {
    const asked = await ask(question(words));
    await written(asked, 10);
    slack.expireStreams();
    expectWhole(await support.answer(asked));
  });

  it('are completed by whoever takes over after kill -9 in the middle', async () => {
    const asked = await ask(question(words));
    await written(asked, 30);
    await support.restart();
    expectWhole(await support.answer(asked));
  });

  it('are there once when it dies between finishing one and storing that', async () => {
    const asked = await ask(question(words));
    const isDone = () => support.bots(asked)[0]?.metadata !== undefined;
    await slack.waitFor(() => isDone() && process.kill(support.product.pid, 'SIGKILL'));
    await support.restart();
    const again = question('Ask for another link [1].');
    await slack.say({ user: 'U0ANN', channel: asked.channel, thread: asked.ts, text: again });
    await support.answer(asked, 2);
    expect(support.bots(asked).map(({ text }) => text.slice(0, 20))).toEqual([
      words.slice(0, 20),
      'Ask for another link',
    ]);
  });
});
