import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  buttons,
  type FakeTeams,
  type FakeTeamsOptions,
  type Message,
  startFakeTeams,
} from '#test/fakes/teams/index.ts';
import { isThing, type Thing, things } from '#test/fakes/teams/types.ts';
import { type Product, startProduct, until } from '#test/product.ts';

/** A thread of a channel, by its first message; a chat has none. */
export type Thread = { readonly place: string; readonly root?: string };

/** A Frontdesk that serves customers in a fake Teams. */
export interface TeamsSupport extends AsyncDisposable {
  readonly teams: FakeTeams;
  /** The one that runs now. */
  readonly product: Product;
  /** Starts it again on the same database, at the same address. */
  restart(): Promise<void>;
  /** A new channel of Acme's team, with Ann and Ben. `open`: its questions need no mention. */
  room(options?: { readonly open?: boolean }): string;
  /** Somebody new of Acme with a chat with the bot, which is called as they are: `a:<user>`. */
  chat(): { readonly user: string; readonly place: string };
  /** A new group chat of Ann and Ben with the bot. `rsc`: it hears what does not mention it. */
  group(options?: { readonly rsc?: boolean }): string;
  /** What Frontdesk shows in a place, or in one thread of a channel, oldest first. */
  bots(where: Thread | string): readonly Message[];
  /** The `count`th message of Frontdesk there, once it is complete; earlier ones stay. */
  answer(where: Thread | string, count?: number, ms?: number): Promise<Message>;
}

const openRooms = Array.from({ length: 20 }, (_, n) => `19:open${n + 1}@thread.tacv2`);

/** Starts both, and waits until questions can be answered. */
export const startTeamsSupport = async (
  options: { readonly teams?: FakeTeamsOptions; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<TeamsSupport> => {
  const [teams, home] = await Promise.all([startFakeTeams(options.teams), mkdtemp(join(tmpdir(), 'frontdesk-teams-'))]);
  const env = {
    CHANNELS: 'web,teams',
    ...teams.env(),
    TEAMS_SUPPORT_CHANNELS: openRooms.join(','),
    RATE_LIMIT_PER_MINUTE: '100000',
    ...options.env,
  };
  const start = (port?: number) => startProduct({ home, env, ...(port === undefined ? {} : { port }) });
  const end = async (running?: Product) => {
    await running?.[Symbol.asyncDispose]();
    await teams[Symbol.asyncDispose]();
    await rm(home, { recursive: true, force: true });
  };
  const first = async (): Promise<Product> => {
    let started: Product | undefined;
    try {
      const ready = await start();
      started = ready;
      await until('the sample knowledge is there', () => ready.log().includes('the sample knowledge base is ready'));
      teams.connect(`${ready.url}/api/messages`);
      return ready;
    } catch (thrown) {
      await end(started);
      throw thrown;
    }
  };

  const acme = teams.world.teams.find(({ name }) => name === 'Acme');
  if (acme === undefined) throw new Error('There is no team Acme.');
  const { id: team, tenant } = acme;

  let product = await first();
  let rooms = 0;
  let open = 0;
  const bots = (where: Thread | string) =>
    typeof where === 'string' ? teams.bots(where) : teams.bots(where.place, where.root);
  return {
    teams,
    get product() {
      return product;
    },
    restart: async () => {
      await product.kill();
      product = await start(Number(new URL(product.url).port));
      teams.connect(`${product.url}/api/messages`);
    },
    room: ({ open: isOpen = false } = {}) => {
      const id = isOpen ? openRooms[open++] : `19:room${++rooms}@thread.tacv2`;
      if (id === undefined) throw new Error(`There are only ${openRooms.length} open rooms.`);
      const name = id.slice(3).replace(/@.*/, '');
      teams.world.places.push({ id, kind: 'channel', tenant, team, name, members: [], installed: true, rsc: true });
      return id;
    },
    chat: () => {
      const n = teams.world.people.length;
      const user = `cleo${n}`;
      const aad = `0000c1e0-5afe-4fa6-8fa6-7ea25000${String(n).padStart(4, '0')}`;
      teams.world.people.push({ key: user, id: `29:${user}`, aad, tenant, name: `Cleo ${n}` });
      acme.members.push(user);
      const place = `a:${user}`;
      teams.world.places.push({ id: place, kind: 'personal', tenant, members: [user], installed: true, rsc: true });
      return { user, place };
    },
    group: ({ rsc = false } = {}) => {
      const id = `19:group${teams.world.places.length}@thread.v2`;
      const members = ['ann', 'ben'];
      teams.world.places.push({ id, kind: 'groupChat', tenant, name: 'A group', members, installed: true, rsc });
      return id;
    },
    bots,
    answer: (where, count = 1, ms = 30_000) =>
      teams.waitFor(
        () => {
          const message = bots(where)[count - 1];
          return message !== undefined && isComplete(teams, message) ? message : undefined;
        },
        ms,
        `message ${count} of Frontdesk in ${typeof where === 'string' ? where : `${where.place} ${where.root}`}`,
      ),
    [Symbol.asyncDispose]: () => end(product),
  };
};

/**
 * Whether it says all that it is going to say. A stream that does not begin as the answer does ends as it stands, and is changed
 * into the answer after that.
 */
const isComplete = (teams: FakeTeams, { id, activity, earlier, stream }: Message): boolean => {
  if (stream === undefined) return true;
  if (teams.streams.some((one) => one.id === id && one.state === 'open')) return false;
  const shown = stream.seen.findLast(({ type }) => type === 'streaming')?.text ?? '…';
  const hasMore = things(activity.entities).length > 1 || things(activity.attachments).length > 0;
  return earlier.length > 1 || activity.text !== shown || hasMore;
};

/** The words on everything that can be pressed in a message, in reading order. */
export const labels = ({ activity }: Pick<Message, 'activity'>): readonly string[] => buttons(activity);

/** Everything in what the bot sends that would call somebody by name: mention entities, and tags that stand for them. */
export const pingsIn = (activity: Thing): readonly string[] => {
  const pings = things(activity.entities)
    .filter(({ type }) => type === 'mention')
    .map((entity) => JSON.stringify(entity));
  const look = (value: unknown): void => {
    if (typeof value === 'string' && /<\/?at\b/i.test(value)) pings.push(value);
    if (Array.isArray(value)) for (const one of value) look(one);
    if (!isThing(value)) return;
    if (isThing(value.msteams) && value.msteams.entities !== undefined) pings.push(JSON.stringify(value.msteams));
    for (const one of Object.values(value)) look(one);
  };
  look(activity.text);
  look(activity.attachments);
  return pings;
};
