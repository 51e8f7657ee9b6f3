/**
 * What a question in Slack costs: how fast a webhook is acknowledged and a reply is there, for the whole product and for a bare
 * Bolt app that echoes, on the same fake Slack in one run. Then the same again with every event delivered three times and the
 * app killed in the middle: how many questions got no reply, and how many got more than one.
 *
 *   node bench/slack.ts [--messages 200] [--perSecond 20] [--json]      PostgreSQL too when TEST_DATABASE_URL is set
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { engines, openTestDatabase } from '#test/database.ts';
import { type FakeSlack, startFakeSlack } from '#test/fakes/slack/index.ts';
import { startProduct } from '#test/product.ts';
import { freePort } from '#test/servers/free-port.ts';
import { percentile, printTable } from './report.ts';

const { values } = parseArgs({
  options: {
    messages: { type: 'string', default: '200' },
    perSecond: { type: 'string', default: '20' },
    json: { type: 'boolean', default: false },
  },
});
const count = Number(values.messages);
const gapMs = 1_000 / Number(values.perSecond);
const questions = ['How do I reset my password?', 'what does the growth plan cost', 'my label printer is offline'];
/** Slack takes about one message a second in a channel: enough channels, so that its pace is not what is measured. */
const channelCount = 100;

/** An app that can be killed and started again on the same port, with what it has stored. */
interface Subject extends AsyncDisposable {
  readonly what: string;
  start(slack: FakeSlack): Promise<void>;
  kill(): Promise<void>;
}

const openSlack = (): Promise<FakeSlack> =>
  startFakeSlack({
    patience: { retriesMs: [500, 2_000, 5_000] },
    workspaces: (world) => ({
      ...world,
      channels: [
        ...world.channels,
        ...Array.from({ length: channelCount }, (_, index) => ({
          id: `C1BENCH${index}`,
          name: `bench-${index}`,
          team: 'T0HOME',
          is_im: false,
          is_private: false,
          is_ext_shared: false,
          connected_team_ids: [],
          members: ['U0BOT', 'U0MIRA'],
          archived: false,
        })),
      ],
    }),
  });

const bareBolt = async (): Promise<Subject> => {
  const port = await freePort();
  let child: ChildProcess | undefined;
  const kill = async (): Promise<void> => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  return {
    what: 'bare Bolt echo',
    async start(slack) {
      const main = fileURLToPath(new URL('./bare-bolt.ts', import.meta.url));
      child = fork(main, [slack.apiUrl, slack.botToken, slack.signingSecret, String(port)], {
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      });
      await once(child, 'message');
      slack.connectHttp(`http://127.0.0.1:${port}/slack/events`);
    },
    kill,
    [Symbol.asyncDispose]: kill,
  };
};

const frontdesk = async (engine: (typeof engines)[number]): Promise<Subject> => {
  const database = engine === 'postgres' ? await openTestDatabase('postgres') : undefined;
  const home = await mkdtemp(join(tmpdir(), 'frontdesk-bench-'));
  const port = await freePort();
  let product: Awaited<ReturnType<typeof startProduct>> | undefined;
  return {
    what: `Frontdesk, ${engine}`,
    async start(slack) {
      product = await startProduct({
        home,
        port,
        env: {
          CHANNELS: 'web,slack',
          SLACK_API_URL: slack.apiUrl,
          SLACK_BOT_TOKEN: slack.botToken,
          SLACK_SIGNING_SECRET: slack.signingSecret,
          ...(database?.url === undefined ? {} : { DATABASE_URL: database.url }),
        },
      });
      slack.connectHttp(`${product.url}/slack/events`);
    },
    kill: async () => product?.kill(),
    async [Symbol.asyncDispose]() {
      await product?.kill();
      await rm(home, { recursive: true, force: true });
      await database?.[Symbol.asyncDispose]();
    },
  };
};

interface Outcome {
  readonly acks: readonly number[];
  readonly replies: readonly number[];
  readonly lost: number;
  readonly doubled: number;
}

/** Mentions from many channels at a steady rate; `halfway` happens in their middle. Waits until nothing more comes. */
const ask = async (slack: FakeSlack, times: number, halfway: () => Promise<void>): Promise<Outcome> => {
  const began = performance.now();
  const said: Promise<{ readonly channel: string; readonly ts: string; readonly acks: readonly number[] }>[] = [];
  let middle: Promise<void> = Promise.resolve();
  for (let n = 0; n < count; n += 1) {
    const channel = `C1BENCH${n % channelCount}`;
    const text = `<@U0BOT> ${questions[n % questions.length]}`;
    said.push(
      slack.say({ user: 'U0MIRA', channel, text, delivery: { times } }).then(({ ts, events }) => ({
        channel,
        ts,
        acks: events.flatMap(({ attempts }) => attempts.flatMap(({ status, ms }) => (status === 200 ? [ms] : []))),
      })),
    );
    if (n === Math.floor(count / 2)) middle = halfway();
    await pause(Math.max(0, began + (n + 1) * gapMs - performance.now()));
  }
  const asked = await Promise.all(said);
  await middle;
  const repliesTo = ({ channel, ts }: { readonly channel: string; readonly ts: string }) =>
    slack.thread(channel, ts).filter(({ user }) => user === 'U0BOT');
  // Until everybody has a reply, or nothing has come for a while.
  for (let quiet = 0, before = -1; quiet < 15; ) {
    await pause(1_000);
    const now = asked.reduce((sum, one) => sum + repliesTo(one).length, 0);
    if (asked.every((one) => repliesTo(one).length > 0) && now === before) break;
    quiet = now === before ? quiet + 1 : 0;
    before = now;
  }
  return {
    acks: asked.flatMap(({ acks }) => acks),
    replies: asked.flatMap((one) => {
      const [first] = repliesTo(one);
      const question = slack.message(one.channel, one.ts);
      return first === undefined || question === undefined ? [] : [first.at - question.at];
    }),
    lost: asked.filter((one) => repliesTo(one).length === 0).length,
    doubled: asked.filter((one) => repliesTo(one).length > 1).length,
  };
};

const rows: Record<string, string>[] = [];
for (const open of [bareBolt, ...engines.map((engine) => () => frontdesk(engine))]) {
  await using subject = await open();
  for (const rough of [false, true]) {
    await using slack = await openSlack();
    await subject.start(slack);
    // The first answers warm the process up and are not counted.
    await slack.say({ user: 'U0MIRA', channel: 'C0HOME', text: `<@U0BOT> ${questions[0]}` });
    await pause(4_000);
    const { acks, replies, lost, doubled } = await ask(slack, rough ? 3 : 1, async () => {
      if (!rough) return;
      await subject.kill();
      await subject.start(slack);
    });
    await subject.kill();
    rows.push({
      app: subject.what,
      events: rough ? '3 × each, killed once' : 'once each',
      'ack p50 ms': percentile(acks, 0.5).toFixed(1),
      'ack p99 ms': percentile(acks, 0.99).toFixed(1),
      'reply p50 ms': percentile(replies, 0.5).toFixed(0),
      'reply p99 ms': percentile(replies, 0.99).toFixed(0),
      lost: `${lost} of ${count}`,
      doubled: String(doubled),
    });
  }
}
printTable(rows, values.json);
process.stderr.write('Replies of Frontdesk include the second in which a burst of messages settles into one answer.\n');
