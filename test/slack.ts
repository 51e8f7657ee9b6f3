import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { choicesIn } from '#test/fakes/slack/choices.ts';
import { type FakeSlack, type FakeSlackOptions, type Message, startFakeSlack } from '#test/fakes/slack/index.ts';
import { type Product, startProduct, until } from '#test/product.ts';

/** A thread, by its first message. */
export type Thread = { readonly channel: string; readonly ts: string };

/** A Frontdesk that serves customers in a fake Slack. */
export interface SlackSupport extends AsyncDisposable {
  readonly slack: FakeSlack;
  /** The one that runs now. */
  readonly product: Product;
  /** Starts it again on the same database, at the same address. */
  restart(): Promise<void>;
  /** A new channel that we share with Acme: Mira is ours, Ann and Ben are theirs. `open`: its questions need no mention. */
  room(options?: { readonly open?: boolean }): string;
  /** What Frontdesk shows in a channel, or in one thread of it, oldest first. */
  bots(where: Thread | string): readonly Message[];
  /** The `count`th message of Frontdesk there, once it is complete; earlier ones stay. */
  answer(where: Thread | string, count?: number, ms?: number): Promise<Message>;
}

const openRooms = Array.from({ length: 20 }, (_, n) => `C0OPEN${n + 1}`);

/** Starts both, and waits until questions can be answered. Events arrive over HTTP unless `socket` says otherwise. */
export const startSlackSupport = async (
  options: {
    readonly socket?: boolean;
    /** Workspaces install the app themselves, instead of one that is set. */
    readonly installable?: boolean;
    readonly slack?: FakeSlackOptions;
    readonly env?: Readonly<Record<string, string>>;
  } = {},
): Promise<SlackSupport> => {
  const [slack, home] = await Promise.all([startFakeSlack(options.slack), mkdtemp(join(tmpdir(), 'frontdesk-slack-'))]);
  const env = {
    CHANNELS: 'web,slack',
    SLACK_API_URL: slack.apiUrl,
    ...(options.installable === true
      ? { SLACK_CLIENT_ID: slack.clientId, SLACK_CLIENT_SECRET: slack.clientSecret }
      : { SLACK_BOT_TOKEN: slack.botToken }),
    ...(options.socket === true ? { SLACK_APP_TOKEN: slack.appToken } : { SLACK_SIGNING_SECRET: slack.signingSecret }),
    SLACK_SUPPORT_CHANNELS: openRooms.join(','),
    RATE_LIMIT_PER_MINUTE: '100000',
    ...options.env,
  };
  const start = (port?: number) => startProduct({ home, env, ...(port === undefined ? {} : { port }) });
  const connect = async ({ url }: Product) => {
    if (options.socket === true) await slack.waitFor(() => slack.sockets > 0, 15_000, 'a socket is open');
    else slack.connectHttp(`${url}/slack/events`);
  };
  const end = async (running?: Product) => {
    await running?.[Symbol.asyncDispose]();
    await slack[Symbol.asyncDispose]();
    await rm(home, { recursive: true, force: true });
  };
  const first = async (): Promise<Product> => {
    let started: Product | undefined;
    try {
      const ready = await start();
      started = ready;
      await until('the sample knowledge is there', () => ready.log().includes('the sample knowledge base is ready'));
      await connect(ready);
      return ready;
    } catch (thrown) {
      await end(started);
      throw thrown;
    }
  };

  let product = await first();
  let rooms = 0;
  let open = 0;
  const bots = (where: Thread | string) =>
    (typeof where === 'string' ? slack.messages(where) : slack.thread(where.channel, where.ts)).filter(
      ({ bot_id }) => bot_id !== undefined,
    );
  return {
    slack,
    get product() {
      return product;
    },
    restart: async () => {
      await product.kill();
      product = await start(Number(new URL(product.url).port));
      await connect(product);
    },
    room: ({ open: isOpen = false } = {}) => {
      const id = isOpen ? openRooms[open++] : `C0ROOM${++rooms}`;
      if (id === undefined) throw new Error(`There are only ${openRooms.length} open rooms.`);
      slack.workspaces.channels.push({
        id,
        name: id.toLowerCase(),
        team: 'T0HOME',
        is_im: false,
        is_private: false,
        is_ext_shared: true,
        connected_team_ids: ['T0ACME'],
        members: ['U0BOT', 'U0MIRA', 'U0ANN', 'U0BEN'],
        archived: false,
      });
      return id;
    },
    bots,
    answer: (where, count = 1, ms = 15_000) =>
      slack.waitFor(
        () => {
          const message = bots(where)[count - 1];
          // A stream is finished in two steps: it ends, then the answer takes its place.
          return message !== undefined && message.metadata !== undefined ? message : undefined;
        },
        ms,
        `message ${count} of Frontdesk in ${typeof where === 'string' ? where : `${where.channel} ${where.ts}`}`,
      ),
    [Symbol.asyncDispose]: () => end(product),
  };
};

/** The words on everything that can be pressed under a message, in reading order. */
export const labels = ({ blocks }: Pick<Message, 'blocks'>): readonly string[] =>
  choicesIn(blocks).map(({ label }) => label);

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What Slack reads as a name of somebody, of a channel or of everybody in it, in text that it reads markup in; dates call nobody. */
const markup = /<(?!!date\^)[!@#]|(?<![\w.+-])@(?:channel|here|everyone)\b/i;

/**
 * Everything in one call to Slack that would call somebody: markup in text that is read as such, and elements of rich text that
 * name people or channels. `plain_text` and the text in rich text are literal, `link_names` must stay off.
 */
export const pingsIn = ({
  method,
  args,
}: {
  readonly method: string;
  readonly args: Readonly<Record<string, unknown>>;
}) => {
  const pings: string[] = [];
  const look = (value: unknown): void => {
    if (Array.isArray(value)) for (const one of value) look(one);
    if (!isRecord(value)) return;
    const { type, text } = value;
    if (['user', 'usergroup', 'channel', 'broadcast'].includes(String(type))) pings.push(JSON.stringify(value));
    const isRead = type === 'mrkdwn' || type === 'markdown' || type === 'markdown_text';
    if (isRead && typeof text === 'string' && markup.test(text)) pings.push(text);
    for (const one of Object.values(value)) look(one);
  };
  for (const name of ['text', 'markdown_text']) {
    const given = args[name];
    if (typeof given === 'string' && markup.test(given)) pings.push(given);
  }
  for (const name of ['blocks', 'chunks', 'view', 'attachments']) {
    const given = args[name];
    look(typeof given === 'string' ? JSON.parse(given) : given);
  }
  if (method === 'chat.postMessage' && args.parse === 'full') pings.push('parse: full');
  if (['true', '1', true, 1].some((yes) => args.link_names === yes)) pings.push('link_names');
  return pings;
};
