import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '#src/store/database.ts';
import { createSealer } from '#src/store/seal.ts';
import { signIn } from '#test/console.ts';
import { quietLog } from '#test/database.ts';
import { type Channel, type FakeSlack, startFakeSlack, visibleText } from '#test/fakes/slack/index.ts';
import { type Product, startProduct, until } from '#test/product.ts';
import { eventually } from '#test/servers/eventually.ts';
import { freePort } from '#test/servers/free-port.ts';

const secrets = ['the first secret of this test, long enough', 'the second secret of this test, long enough'] as const;
const patience = 20_000;

const room = (id: string, team: string, members: string[]): Channel => ({
  ...{ id, name: id.toLowerCase(), team, members, is_im: false, is_private: false },
  ...{ is_ext_shared: false, connected_team_ids: [], archived: false },
});

/** Two workspaces and one organisation with two more, each with a person and a channel of its own; nobody has the app yet. */
const startWorld = () =>
  startFakeSlack({
    workspaces: ({ teams, users }) => ({
      teams: [
        ...teams,
        ...['North', 'South'].map((name) => ({
          ...{ id: `T0${name.toUpperCase()}`, name, domain: name.toLowerCase() },
          enterprise: { id: 'E0LIGHT', name: 'Northlight' },
        })),
      ],
      users: [
        ...users,
        { id: 'U0NIA', team: 'T0NORTH', name: 'nia', real_name: 'Nia Berg', is_bot: false },
        { id: 'U0SAM', team: 'T0SOUTH', name: 'sam', real_name: 'Sam Dahl', is_bot: false },
      ],
      channels: [
        room('C0INACME', 'T0ACME', ['U0ANN', 'U0BOTACME']),
        room('C0INGLOBEX', 'T0GLOBEX', ['U0GUS', 'U0BOTGLOBEX']),
        room('C0INNORTH', 'T0NORTH', ['U0NIA', 'U0BOTNORTH']),
        { ...room('C0INSOUTH', 'T0SOUTH', ['U0SAM', 'U0BOTNORTH']), connected_team_ids: ['T0NORTH'] },
      ],
      tokens: [],
    }),
  });

describe('workspaces that install the app themselves', () => {
  let slack: FakeSlack;
  let home: string;
  let port: number;
  let product: Product;
  beforeAll(async () => {
    [slack, home, port] = await Promise.all([startWorld(), mkdtemp(join(tmpdir(), 'frontdesk-')), freePort()]);
    product = await start({ FRONTDESK_SECRET: secrets[0] });
    slack.connectHttp(`${product.url}/slack/events`);
    await until('the sample knowledge is there', () => product.log().includes('the sample knowledge base is ready'));
  });
  afterAll(async () => {
    await product?.[Symbol.asyncDispose]();
    await slack?.[Symbol.asyncDispose]();
    await rm(home, { recursive: true, force: true });
  });

  const start = (env: Readonly<Record<string, string>>) =>
    startProduct({
      home,
      port,
      env: {
        CHANNELS: 'slack',
        PUBLIC_URL: `http://127.0.0.1:${port}`,
        SLACK_API_URL: slack.apiUrl,
        SLACK_SIGNING_SECRET: slack.signingSecret,
        SLACK_CLIENT_ID: slack.clientId,
        SLACK_CLIENT_SECRET: slack.clientSecret,
        SLACK_MERGE_SECONDS: '0',
        LOG_LEVEL: 'trace',
        ...env,
      },
    });

  /** Opens the link that installs the app; where it leads, and the cookie of that browser. */
  const begin = async () => {
    const response = await fetch(`${product.url}/slack/install`, { redirect: 'manual' });
    expect(response.status).toBe(302);
    const consent = new URL(response.headers.get('location') ?? '');
    expect(`${consent.origin}${consent.pathname}`).toBe(slack.authorizeUrl);
    return { consent, cookie: (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '' };
  };
  const finish = async (back: URL | string, cookie: string) => {
    const response = await fetch(back, { headers: { cookie }, redirect: 'manual' });
    return { status: response.status, page: await response.text() };
  };
  /** Somebody of a workspace presses Allow, or Cancel. */
  const install = async (team: string, more: Readonly<Record<string, string>> = {}) => {
    const { consent, cookie } = await begin();
    for (const [name, value] of Object.entries({ team, ...more })) consent.searchParams.set(name, value);
    const agreed = await fetch(consent, { redirect: 'manual' });
    return finish(agreed.headers.get('location') ?? '', cookie);
  };

  /** What somebody is answered in their channel, by which user, and with the token of which workspace. */
  const ask = async (user: string, channel: string, bot: string) => {
    const began = slack.calls.length;
    const { ts } = await slack.say({ user, channel, text: `<@${bot}> How do I reset my password?` });
    const answer = await slack.waitFor(
      () =>
        slack
          .thread(channel, ts)
          .find((message) => message.bot_id !== undefined && /password/i.test(visibleText(message))),
      patience,
      `an answer in ${channel}`,
    );
    const calls = slack.calls.slice(began).filter(({ args }) => args.channel === channel);
    return { by: answer.user, teams: [...new Set(calls.map(({ team }) => team))] };
  };

  it('installs, answers each with its own token, and keeps the tokens to itself', { timeout: 60_000 }, async () => {
    expect(await install('T0ACME', { deny: '1' })).toMatchObject({
      status: 200,
      page: expect.stringContaining('Nothing was installed'),
    });
    expect(await install('T0ACME')).toMatchObject({
      status: 200,
      page: expect.stringContaining('Frontdesk is now in Acme'),
    });
    expect(await install('T0GLOBEX')).toMatchObject({ status: 200, page: expect.stringContaining('Globex') });
    const { consent, cookie } = await begin();
    const code = slack.grantCode({ enterprise: 'E0LIGHT' });
    const back = new URL(consent.searchParams.get('redirect_uri') ?? '');
    back.searchParams.set('code', code);
    back.searchParams.set('state', consent.searchParams.get('state') ?? '');
    expect(await finish(back, 'slack-app-oauth-state=another-browser')).toMatchObject({ status: 400 });
    expect(await finish(back, cookie)).toMatchObject({ status: 200, page: expect.stringContaining('Northlight') });

    const [acme, globex, north, south] = await Promise.all([
      ask('U0ANN', 'C0INACME', 'U0BOTACME'),
      ask('U0GUS', 'C0INGLOBEX', 'U0BOTGLOBEX'),
      ask('U0NIA', 'C0INNORTH', 'U0BOTNORTH'),
      ask('U0SAM', 'C0INSOUTH', 'U0BOTNORTH'),
    ]);
    expect(acme).toEqual({ by: 'U0BOTACME', teams: ['T0ACME'] });
    expect(globex).toEqual({ by: 'U0BOTGLOBEX', teams: ['T0GLOBEX'] });
    // A token of the whole organisation belongs to no single workspace.
    expect([north, south]).toEqual([
      { by: 'U0BOTNORTH', teams: [undefined] },
      { by: 'U0BOTNORTH', teams: [undefined] },
    ]);
  });

  it('stops where the app is removed, leaves the customer to people, and is installed again', {
    timeout: 60_000,
  }, async () => {
    const { ts } = await slack.say({
      user: 'U0ANN',
      channel: 'C0INACME',
      text: '<@U0BOTACME> How do I reset my password?',
    });
    await slack.uninstall('T0ACME');
    const began = slack.calls.length;
    const console = await signIn(product.url, 'Mira Weber');
    const found = await eventually(
      'a case in the console',
      async () => (await console.list()).find(({ reason }) => reason === 'delivery-failure'),
      patience,
    );
    expect(found).toMatchObject({ channel: 'slack', customer: { externalId: 'T0ACME:U0ANN' } });
    expect((await console.get(found.id)).messages[0]?.markdown).toBe('How do I reset my password?');
    expect(found.why).toMatch(/access to Acme was taken back \(.*\); install the app there again/);
    expect(slack.thread('C0INACME', ts).slice(1)).toEqual([]);
    expect(await ask('U0GUS', 'C0INGLOBEX', 'U0BOTGLOBEX')).toMatchObject({ teams: ['T0GLOBEX'] });
    expect(slack.calls.slice(began).filter(({ team }) => team === 'T0ACME')).toEqual([]);

    expect(await install('T0ACME')).toMatchObject({ status: 200 });
  });

  it('keeps tokens sealed at rest and out of the log, and changes the secret without a new installation', {
    timeout: 60_000,
  }, async () => {
    const tokens = slack.workspaces.tokens.map(({ token }) => token);
    expect(tokens.length).toBeGreaterThanOrEqual(4);
    expect(await product.stop()).toBe(0);
    const before = await sealedRows();
    expect(before.map(({ key, sealed }) => [key, createSealer([secrets[0]]).isCurrent(sealed)])).toEqual([
      ['E0LIGHT', true],
      ['T0ACME', true],
      ['T0GLOBEX', true],
    ]);
    const bytes = await everyByteBelow(home);
    expect(bytes.length).toBeGreaterThan(1_000_000);
    for (const token of [...tokens, slack.clientSecret]) {
      expect(bytes.includes(token)).toBe(false);
      expect(product.log()).not.toContain(token);
    }

    product = await start({ FRONTDESK_SECRET: secrets[1], FRONTDESK_SECRET_PREVIOUS: secrets[0] });
    const [acme, globex] = await Promise.all([
      ask('U0ANN', 'C0INACME', 'U0BOTACME'),
      ask('U0GUS', 'C0INGLOBEX', 'U0BOTGLOBEX'),
    ]);
    expect([acme.teams, globex.teams]).toEqual([['T0ACME'], ['T0GLOBEX']]);
    const health: unknown = await (await fetch(`${product.url}/health`)).json();
    expect(JSON.stringify(health)).toMatch(/Northlight \(E0LIGHT\): ok; Acme \(T0ACME\): ok; Globex \(T0GLOBEX\): ok/);
    expect(await product.stop()).toBe(0);
    // From now on the first secret is not needed any more.
    const sealer = createSealer([secrets[1]]);
    for (const { key, sealed } of await sealedRows())
      expect(sealer.open(sealed, `slack:${key}`)).toMatch(/"token":"xoxb-/);
    for (const token of tokens) expect(product.log()).not.toContain(token);
  });

  const sealedRows = async () => {
    const settings = { home, poolSize: 1, statementTimeoutMs: 15_000, idleTimeoutMs: 10_000 };
    await using database = await openDatabase(settings, quietLog);
    const { rows } = await sql<{
      key: string;
      sealed: string;
    }>`select key, sealed from installations order by key`.execute(database.db);
    return rows;
  };
});

/** Everything that a product left on disk, one file after the other. */
const everyByteBelow = async (folder: string): Promise<Buffer> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return Buffer.concat(await Promise.all(files.map(({ parentPath, name }) => readFile(join(parentPath, name)))));
};
