import { LLMock } from '@copilotkit/aimock';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canBeVotedOn, citationsOf, isLabelledAi, type Message, visibleText } from '#test/fakes/teams/index.ts';
import { labels, pingsIn, startTeamsSupport, type TeamsSupport } from '#test/teams.ts';

const patience = 30_000;
const shown = ({ activity }: Message): string => visibleText(activity);

describe('answers that are written while people watch', { timeout: 180_000 }, () => {
  const mock = new LLMock({ port: 0 });
  let support: TeamsSupport;
  let teams: TeamsSupport['teams'];
  beforeAll(async () => {
    await mock.start();
    support = await startTeamsSupport({
      teams: { strictFinals: true },
      env: {
        OPENAI_API_KEY: 'sk-flow',
        OPENAI_BASE_URL: `${mock.url}/v1`,
        OPENAI_MODEL: 'model-of-the-test',
        WORK_LEASE_SECONDS: '2',
      },
    });
    teams = support.teams;
  }, 180_000);
  afterAll(async () => {
    const problems = teams?.problems ?? [];
    await support?.[Symbol.asyncDispose]();
    await mock.stop();
    expect(problems).toEqual([]);
  });

  const words = 'Choose “Forgot password” on the sign-in page [1]. The link in the mail is good for an hour [1].';
  let questions = 0;
  /** A question that nobody else asks, and what the model writes in answer to it. */
  const question = (content: string, pace: { readonly chunkSize?: number; readonly latency?: number } = {}) => {
    questions += 1;
    const mark = `ticket-${questions}-`;
    mock.onMessage(new RegExp(mark), { content }, { chunkSize: 8, latency: 150, ...pace });
    return `How do I reset my password? ${mark}`;
  };
  /** Somebody new asks in a chat of theirs. */
  const ask = (text: string) => {
    const { user, place } = support.chat();
    return teams.say({ user, place, text }).then((said) => ({ ...said, user }));
  };
  /** The message that is being written in a chat, once that much of it is there. */
  const written = (place: string, chars: number) => {
    const isFar = ({ state, seen }: (typeof teams.streams)[number]) =>
      state === 'open' && seen.some(({ type, text }) => type === 'streaming' && text.length >= chars);
    const look = () => {
      const stream = teams.streams.find((one) => one.place === place && isFar(one));
      return stream === undefined ? undefined : teams.message(place, stream.id);
    };
    return teams.waitFor(look, patience, `${chars} characters of a stream`);
  };
  /** One message is there, and it is the answer with all that belongs to it. */
  const expectWhole = (answer: Message) => {
    expect(shown(answer)).toContain(words);
    expect(citationsOf(answer.activity).map(({ n, name }) => [n, name])).toEqual([
      [1, 'Reset or change your password'],
    ]);
    expect([isLabelledAi(answer.activity), canBeVotedOn(answer.activity)]).toEqual([true, true]);
    expect(labels(answer)).toEqual(['Talk to a person']);
    expect(support.bots(answer.place)).toEqual([answer]);
    // Nobody sees that a message is nothing yet.
    expect([...answer.earlier, answer.activity].map(({ text }) => text)).not.toContain('…');
  };

  it.concurrent('grow in one message, which ends with label, sources and a way to a person', async () => {
    const asked = await ask(question(words, { latency: 400 }));
    const { id } = await written(asked.place, 10);
    const answer = await support.answer(asked);
    expect(answer.id).toBe(id);
    expectWhole(answer);
    const seen = answer.stream?.seen ?? [];
    expect(seen[0]?.type).toBe('informative');
    const texts = seen.flatMap(({ type, text }) => (type === 'streaming' ? [text] : []));
    for (const text of texts) expect(words.startsWith(text)).toBe(true);
    // A piece every 1.5 s: more would be refused.
    expect(Math.min(...seen.slice(1).map(({ at }, n) => at - (seen[n]?.at ?? 0)))).toBeGreaterThanOrEqual(1_400);
    const sends = teams.callsOf('send').filter(({ place }) => place === asked.place);
    expect(sends.map(({ status }) => status)).toEqual([201, ...sends.slice(1).map(() => 202)]);
  });

  it.concurrent.each(['a channel', 'a group chat'])('are typed and then there at once in %s', async (where) => {
    const place = where === 'a channel' ? support.room() : support.group();
    const asked = await teams.say({ user: 'ann', place, text: question(words), mention: true });
    const answer = await support.answer(asked);
    expectWhole(answer);
    expect([answer.earlier, answer.stream]).toEqual([[], undefined]);
    expect(teams.typing.filter((one) => one.place === place).length).toBeGreaterThan(0);
    expect(teams.streams.filter((one) => one.place === place)).toEqual([]);
  });

  it.concurrent('are taken back when the question is deleted meanwhile', async () => {
    const asked = await ask(question(words, { latency: 1_000 }));
    const { id } = await written(asked.place, 1);
    const { user, place } = asked;
    await teams.remove({ place, id: asked.id });
    await teams.waitFor(() => teams.message(place, id) === undefined, patience, 'the partial answer is gone');
    await teams.say({ user, place, text: question(words, { latency: 1 }) });
    expectWhole(await support.answer({ place }));
  });

  it.concurrent('become the answer to what the question says now', async () => {
    const stale = 'Nobody wants to read this now. However long it goes on, nobody wants to read it [1].';
    const asked = await ask(question(stale, { latency: 1_000 }));
    const { id } = await written(asked.place, 1);
    await teams.edit({ place: asked.place, id: asked.id, text: question(words) });
    const isChanged = () => support.bots(asked.place).find((message) => shown(message).includes(words));
    const answer = await teams.waitFor(isChanged, patience, 'the answer');
    expect(answer.id).toBe(id);
    expectWhole(answer);
  });

  it.concurrent('are all there in the end when the person stops them', async () => {
    const asked = await ask(question(words, { latency: 400 }));
    const { id } = await written(asked.place, 10);
    teams.stop(asked.place);
    const isWhole = () => support.bots(asked.place).find(({ activity }) => citationsOf(activity).length > 0);
    const answer = await teams.waitFor(isWhole, patience, 'the answer');
    expect(answer.id).toBe(id);
    expectWhole(answer);
  });

  const steps = Array.from({ length: 45 }, (_, n) => n + 1);
  const long = steps
    .map(
      (n) =>
        `Step ${n} starts with “Forgot password” [1].\n\n\`\`\`sh\n${`tidewater step ${n} # ${'x'.repeat(80)}\n`.repeat(9)}\`\`\``,
    )
    .join('\n\n');
  const stepsIn = (messages: readonly Message[]) =>
    [
      ...messages
        .map(shown)
        .join('\n')
        .matchAll(/Step (\d+) starts/g),
    ].map(([, n]) => Number(n));
  /** All parts of the long answer, once the last is there. */
  const parts = async (place: string) => {
    const isThere = () => support.bots(place).some(({ activity }) => citationsOf(activity).length > 0);
    await teams.waitFor(isThere, patience, 'the last part');
    return support.bots(place);
  };

  it.concurrent.each(['a channel', 'a chat'])(
    'are split in %s where they are too long: in order, nothing lost',
    async (where) => {
      const text = question(long, { chunkSize: 2_000, latency: 5 });
      const place = where === 'a channel' ? support.room() : (await ask(text)).place;
      if (where === 'a channel') await teams.say({ user: 'ann', place, text, mention: true });
      const all = await parts(place);
      expect(all.length).toBeGreaterThan(1);
      expect(stepsIn(all)).toEqual(steps);
      expect(all.map(({ activity }) => String(activity.text).split('```').length % 2)).toEqual(all.map(() => 1));
      expect(all.map(({ activity }) => canBeVotedOn(activity))).toEqual(all.map((_, n) => n === all.length - 1));
    },
  );

  it.concurrent('call nobody by name, whatever the model writes', async () => {
    const evil = '<at>Ben Cole</at> <at id="0">everyone</at> &lt;at&gt;Help&lt;/at&gt;';
    const content = [
      `Choose “Forgot password” [1]. ${evil}`,
      `# ${evil}`,
      `- \`${evil}\``,
      `[${evil}](https://help.tidewater.example/)`,
    ];
    const text = question(content.join('\n\n'), { latency: 20 });
    const place = support.room();
    const asked = await ask(`${text} ${evil}`);
    const other = await teams.say({ user: 'ann', place, text: `${text} ${evil}`, mention: true });
    await Promise.all([support.answer(asked), support.answer(other)]);
    const sent = teams.calls
      .filter((call) => [place, asked.place].includes(call.place ?? ''))
      .map(({ body }) => body ?? {});
    expect(sent.filter((body) => JSON.stringify(body).includes('everyone')).length).toBeGreaterThan(1);
    expect(sent.flatMap(pingsIn)).toEqual([]);
  });

  it('are completed when Teams ends the stream in the middle', async () => {
    const asked = await ask(question(words, { latency: 400 }));
    await written(asked.place, 10);
    teams.expireStreams();
    const isWhole = () => support.bots(asked.place).find(({ activity }) => citationsOf(activity).length > 0);
    expectWhole(await teams.waitFor(isWhole, patience, 'the answer'));
  });

  it('are completed by whoever takes over after kill -9 in the middle', async () => {
    const asked = await ask(question(words, { latency: 400 }));
    const { id } = await written(asked.place, 10);
    await support.restart();
    const answer = await support.answer(asked);
    expect(answer.id).toBe(id);
    expectWhole(answer);
  });

  it('are there once when it dies between two parts', async () => {
    const { user, place } = support.chat();
    /** From the moment on when the first part is there, nothing more arrives. */
    const isHalf = () => {
      if (
        stepsIn(support.bots(place)).length === 0 ||
        teams.streams.some((one) => one.place === place && one.state === 'open')
      )
        return false;
      teams.fail('send', { place, type: 'message', drop: 'before', times: Number.POSITIVE_INFINITY });
      return true;
    };
    const half = teams.waitFor(isHalf, patience, 'the first part');
    await teams.say({ user, place, text: question(long, { chunkSize: 2_000, latency: 5 }) });
    await half;
    const tried = () => teams.callsOf('send').filter((call) => call.place === place && call.body?.type === 'message');
    await teams.waitFor(() => tried().length > 2, patience, 'the second part is tried');
    await support.product.kill();
    teams.heal();
    await support.restart();
    const all = await parts(place);
    expect(stepsIn(all)).toEqual(steps);
  });
});
