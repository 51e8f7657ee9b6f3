import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type FakeSlack, visibleText as slackText, startFakeSlack } from '#test/fakes/slack/index.ts';
import {
  allText,
  desk as deskChannel,
  type FakeTeams,
  type FakeTeamsOptions,
  startFakeTeams,
  tenants,
  visibleText,
} from '#test/fakes/teams/index.ts';
import { authservId, type MailSystem, startMailSystem } from '#test/mail.ts';
import { openChat, type Product, startProduct, until } from '#test/product.ts';
import { hasDovecot } from '#test/servers/dovecot.ts';
import { eventually } from '#test/servers/eventually.ts';
import { requireServer } from '#test/servers/require.ts';
import { askInSlack, channelIn, deskEnv as slackEnv } from '#test/slack-desk.ts';
import { deskEnv, desksRoots, timesAtDesk } from '#test/teams-desk.ts';

const how = requireServer('Dovecot', hasDovecot);
/** How many customers want a person at once; DESK_MANY=200 takes minutes at the pace of Teams. */
const total = Number(process.env.DESK_MANY ?? 24);
/** Of a machine that does other things too. */
const patience = 150_000;
const agents = ['mira', 'otto', 'nils'];
const agentOf = (n: number): string => agents[n % agents.length] ?? 'mira';

/** Somebody who wants a person: number `n`, on one of the channels. */
interface Customer {
  readonly n: number;
  readonly channel: 'web' | 'slack' | 'teams' | 'email';
  ask(text: string): Promise<unknown>;
  /** Everything that they can read. */
  texts(): Promise<readonly string[]>;
}

const rooms = Array.from({ length: 80 }, (_, n) => `C0MANY${n}`);
const persons = Array.from({ length: 80 }, (_, n) => `c${n}`);

const withRooms = () =>
  startFakeSlack({
    workspaces: (home) => ({
      ...home,
      channels: [
        ...home.channels,
        ...rooms.map((id) => ({ ...channelIn(home, 'C0ACME'), id, name: id.toLowerCase() })),
      ],
    }),
  });

const withPersons = (options: Pick<FakeTeamsOptions, 'patience'> = {}) =>
  startFakeTeams({
    ...options,
    world: (home) => ({
      ...home,
      people: [
        ...home.people,
        ...persons.map((key, n) => ({
          ...{ key, id: `29:${key}`, aad: randomUUID(), tenant: tenants.acme.id, name: `Customer ${n}` },
        })),
      ],
      places: [
        ...home.places,
        ...persons.map((key) => ({
          ...{ id: `a:${key}`, kind: 'personal' as const, tenant: tenants.acme.id },
          ...{ members: [key], installed: true, rsc: true },
        })),
      ],
    }),
  });

const webCustomer = async (n: number, url: string): Promise<Customer> => {
  const chat = await openChat(url);
  return {
    ...{ n, channel: 'web' },
    ask: (text) => chat.say(text, { wait: 0 }),
    texts: async () => (await chat.history()).map(({ markdown }) => markdown),
  };
};
const slackCustomer = (n: number, slack: FakeSlack, room: string): Customer => ({
  ...{ n, channel: 'slack' },
  ask: (text) => askInSlack(slack, room, text),
  texts: async () => slack.messages(room).map(slackText),
});
const teamsCustomer = (n: number, teams: FakeTeams, user: string): Customer => ({
  ...{ n, channel: 'teams' },
  ask: (text) => teams.say({ user, place: `a:${user}`, text }),
  texts: async () => teams.messages(`a:${user}`).map(({ activity }) => visibleText(activity)),
});
const mailCustomer = (n: number, mail: MailSystem): Customer => {
  const address = `c${n}@customer${n}.example`;
  const headers = [`Authentication-Results: ${authservId}; dmarc=pass header.from=customer${n}.example`];
  return {
    ...{ n, channel: 'email' },
    ask: (text) => mail.post({ from: `Customer ${n} <${address}>`, id: `q.${address}`, headers, text }),
    texts: async () => (await mail.sentTo(address)).map(({ text }) => text),
  };
};

/** Which replies somebody reads, each as often as it is there. */
const repliesIn = async ({ texts }: Customer): Promise<readonly string[]> =>
  (await texts()).flatMap((text) => text.match(/\breply-\d+-\d+\b/g) ?? []);

const wants = (n: number): string => `Please let me talk to a person about my order item-${n}.`;
const itemIn = (text: string): number => Number(/\bitem-(\d+)\b/.exec(text)?.[1] ?? Number.NaN);

/**
 * Claims the card of item `n`, as somebody does who wants to be sure: one whose receipt is on its way, or that Teams showed twice,
 * is not known. Resolves with its id.
 */
const claimCard = (teams: FakeTeams, n: number): Promise<string> =>
  eventually(
    `a card of item ${n} that can be claimed`,
    async () => {
      for (const { id, activity } of desksRoots(teams)) {
        if (itemIn(visibleText(activity)) !== n) continue;
        if (visibleText(activity).includes(`${teams.person(agentOf(n)).name} has this`)) return id;
        const at = { user: agentOf(n), place: deskChannel, activityId: id };
        const twice = { times: 2, together: true };
        const pressed = await teams.press({ ...at, label: 'Claim', delivery: twice }).catch(() => undefined);
        if (pressed?.card !== undefined) return id;
      }
      return undefined;
    },
    patience,
  );

/** Works the card of each item as soon as it is there, until `count` have been. */
const workCards = async (teams: FakeTeams, count: number, work: (n: number, id: string) => Promise<unknown>) => {
  const works = new Map<number, Promise<unknown>>();
  let seen = 0;
  while (works.size < count) {
    const fresh = await teams.waitFor(
      () => {
        const found = desksRoots(teams).slice(seen);
        return found.length > 0 && found;
      },
      patience,
      `the card of item ${works.size + 1} of ${count}`,
    );
    seen += fresh.length;
    for (const n of fresh.map(({ activity }) => itemIn(allText(activity))))
      if (!works.has(n))
        works.set(
          n,
          claimCard(teams, n).then((id) => work(n, id)),
        );
  }
  await Promise.all(works.values());
};

describe('a desk in Teams with many cases', () => {
  it(`relays a reply to each of ${total} customers, once, and to nobody else`, { timeout: 600_000 }, async () => {
    await using stack = new AsyncDisposableStack();
    const slack = stack.use(await withRooms());
    const teams = stack.use(await withPersons());
    const mail = how === 'run' ? stack.use(await startMailSystem()) : undefined;
    teams.throttle();
    const env = {
      ...{ ...mail?.env, ...slackEnv(slack), ...deskEnv(teams), SLACK_MERGE_SECONDS: '0' },
      CHANNELS: mail === undefined ? 'web,slack,teams' : 'web,slack,teams,email',
      ...{ RATE_LIMIT_PER_MINUTE: '100000', FEATURE_SAMPLE_KNOWLEDGE: 'false' },
    };
    const product = stack.use(await startProduct({ env }));
    slack.connectHttp(`${product.url}/slack/events`);
    teams.connect(`${product.url}/api/messages`);

    const customers = await Promise.all(
      Array.from({ length: total }, async (_, n): Promise<Customer> => {
        const nth = Math.floor(n / 3);
        if (mail !== undefined && n % 20 === 19) return mailCustomer(n, mail);
        if (n % 3 === 1) return slackCustomer(n, slack, rooms[nth] ?? 'none');
        return n % 3 === 2 ? teamsCustomer(n, teams, persons[nth] ?? 'none') : webCustomer(n, product.url);
      }),
    );
    const lost = 3;
    teams.fail('create', { place: deskChannel, drop: 'after', times: lost });
    const asked = Promise.all(customers.map((customer) => customer.ask(wants(customer.n))));
    await workCards(teams, total, async (n, activityId) => {
      const user = agentOf(n);
      const at = { user, place: deskChannel, activityId };
      const text = `Here is reply-${n}-1 for you.`;
      if (n % 5 === 0) await teams.press({ ...at, verb: 'reply', inputs: { text } });
      else await teams.say({ user, place: deskChannel, thread: activityId, text, mention: n % 2 === 0 });
    });
    await asked;
    const missing = async () => {
      const found = await Promise.all(customers.map(repliesIn));
      return customers.filter((_, at) => found[at]?.length === 0).map(({ n, channel }) => `${channel} ${n}`);
    };
    await until('everybody has their reply', async () => (await missing()).length === 0, patience).catch(
      async (error) => {
        throw new Error(`${error}: ${await missing()}`);
      },
    );
    await until('every reply is confirmed at the desk', () => timesAtDesk(teams, 'Delivered to ') >= total, patience);

    for (const customer of customers)
      expect(await repliesIn(customer), `${customer.channel} ${customer.n}`).toEqual([`reply-${customer.n}-1`]);
    // Teams cannot be searched: a card whose receipt was lost is there twice, and only one of them is worked with.
    const cards = desksRoots(teams).map(({ activity }) => visibleText(activity));
    const taken = cards.filter((text) => text.includes(`${teams.person(agentOf(itemIn(text))).name} has this`));
    expect(taken.map(itemIn).sort((a, b) => a - b)).toEqual(customers.map(({ n }) => n));
    expect(cards.length).toBeGreaterThanOrEqual(total + lost);
    expect(timesAtDesk(teams, 'did not reach')).toBe(0);
    expect(teams.problems).toEqual([]);
  });

  it('relays each reply once, however often it is killed meanwhile', { timeout: 600_000 }, async () => {
    await using stack = new AsyncDisposableStack();
    const slack = stack.use(await withRooms());
    // Longer than a restart takes, so that nothing of what people did is lost on their side.
    const teams = stack.use(await withPersons({ patience: { retriesMs: Array(120).fill(500) } }));
    const home = await mkdtemp(join(tmpdir(), 'frontdesk-'));
    stack.defer(() => rm(home, { recursive: true, force: true }));
    const env = {
      ...{ ...slackEnv(slack), ...deskEnv(teams), CHANNELS: 'web,slack,teams', SLACK_MERGE_SECONDS: '0' },
      ...{ WORK_LEASE_SECONDS: '2', FEATURE_SAMPLE_KNOWLEDGE: 'false', RATE_LIMIT_PER_MINUTE: '100000' },
    };
    let product: Product = await startProduct({ env, home });
    stack.defer(() => product[Symbol.asyncDispose]());
    const { url } = product;
    slack.connectHttp(`${url}/slack/events`);
    teams.connect(`${url}/api/messages`);

    const customers: readonly Customer[] = await Promise.all(
      Array.from({ length: 18 }, async (_, n) => {
        if (n % 3 === 0) return webCustomer(n, url);
        return n % 3 === 1
          ? slackCustomer(n, slack, rooms[n] ?? 'none')
          : teamsCustomer(n, teams, persons[n] ?? 'none');
      }),
    );
    const cards = new Map<number, string>();
    const asked = Promise.all(customers.map((customer) => customer.ask(wants(customer.n))));
    await workCards(teams, customers.length, async (n, id) => cards.set(n, id));
    await asked;

    const rounds = [1, 2, 3];
    for (const round of rounds) {
      const arrived = async () => (await Promise.all(customers.map(repliesIn))).flat().length;
      const before = await arrived();
      const replies = customers.map(({ n }) => {
        const at = { user: agentOf(n), place: deskChannel };
        const activityId = cards.get(n) ?? 'none';
        const text = `Here is reply-${n}-${round} for you.`;
        return n % 4 === round
          ? teams.press({ ...at, activityId, verb: 'reply', inputs: { text } })
          : teams.say({ ...at, thread: activityId, text });
      });
      // In the middle: some have theirs, of some nobody has heard yet.
      const some = before + round * 3;
      await until('some replies have arrived', async () => (await arrived()) >= some, patience);
      await product.kill();
      product = await startProduct({ env, home, port: Number(new URL(url).port) });
      await Promise.all(replies);
    }
    const complete = async () => {
      const found = await Promise.all(customers.map(repliesIn));
      return found.every((replies) => new Set(replies).size === rounds.length);
    };
    await until('everybody has their replies', complete, patience);
    for (const customer of customers) {
      const { n, channel } = customer;
      const replies = await repliesIn(customer);
      const own = rounds.map((round) => `reply-${n}-${round}`);
      // Teams cannot be searched: what was on its way when the product was killed is sent again.
      const expected = channel === 'teams' ? [...new Set(replies)] : replies;
      expect(expected, `${channel} ${n}`).toEqual(own);
      expect(replies.length - own.length, `${channel} ${n}`).toBeLessThanOrEqual(rounds.length);
    }
    expect(timesAtDesk(teams, 'did not reach')).toBe(0);
    expect(timesAtDesk(teams, 'already has')).toBe(0);
  });
});
