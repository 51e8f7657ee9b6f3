import { describe, expect, it } from 'vitest';
import { createTokenSource, tokenEndpoint } from './token.ts';

const config = {
  appId: '00000000-5afe-4fa6-8fa6-000000000001',
  appPassword: 'very secret words',
  tenantId: 'our-tenant',
  issuer: 'https://api.botframework.com',
};
const signal = new AbortController().signal;

const source = (answers: readonly (() => Response | Promise<Response>)[]) => {
  let clock = 1_800_000_000_000;
  const asked: { url: string; body: string }[] = [];
  const token = createTokenSource({
    config,
    now: () => new Date(clock),
    fetch: async (url, init) => {
      const answer = answers[asked.length];
      asked.push({ url: String(url), body: String(init?.body) });
      if (answer === undefined) throw new Error('asked too often');
      return answer();
    },
  });
  return {
    token,
    asked,
    later: (ms: number) => {
      clock += ms;
    },
  };
};
const granted =
  (access_token: string, expires_in: unknown = 3_600) =>
  () =>
    Response.json({ access_token, expires_in });

describe('a token', () => {
  it('is asked for once by all who want it, and again before it ends', async () => {
    const { token, asked, later } = source([granted('one'), granted('two', '3600')]);
    const both = await Promise.all([token.get(signal), token.get(signal)]);
    expect(both).toEqual([
      { ok: true, data: 'one' },
      { ok: true, data: 'one' },
    ]);
    later(3_299_000);
    expect(await token.get(signal)).toEqual({ ok: true, data: 'one' });
    later(2_000);
    expect(await token.get(signal)).toEqual({ ok: true, data: 'two' });
    expect(asked).toHaveLength(2);
    expect(asked[0]?.url).toBe('https://login.microsoftonline.com/our-tenant/oauth2/v2.0/token');
    expect(Object.fromEntries(new URLSearchParams(asked[0]?.body))).toEqual({
      grant_type: 'client_credentials',
      client_id: config.appId,
      client_secret: config.appPassword,
      scope: 'https://api.botframework.com/.default',
    });
  });

  it('that a connector refused is replaced; an older one forgotten twice costs nothing', async () => {
    const { token, asked } = source([granted('one'), granted('two')]);
    await token.get(signal);
    token.forget('one');
    expect(await token.get(signal)).toEqual({ ok: true, data: 'two' });
    token.forget('one');
    expect(await token.get(signal)).toEqual({ ok: true, data: 'two' });
    expect(asked).toHaveLength(2);
  });

  it('that is refused says what to check, never the secret, and is asked for again', async () => {
    const { token } = source([
      () => Response.json({ error: 'invalid_client', error_description: config.appPassword }, { status: 401 }),
      () => new Response(`<p>${config.appPassword}</p>`, { status: 503 }),
      () => Promise.reject(new Error(`no route for ${config.appPassword}`)),
      () => Response.json({ token: 'x' }),
      granted('late'),
    ]);
    const failures = [];
    for (let count = 0; count < 4; count += 1) failures.push(await token.get(signal));
    expect(failures).toMatchObject([
      { ok: false, code: 'bad_credentials', permanent: false, message: expect.stringContaining('TEAMS_APP_PASSWORD') },
      { ok: false, code: 'no_token', permanent: false },
      { ok: false, code: 'no_token', permanent: false },
      { ok: false, code: 'no_token', permanent: false },
    ]);
    expect(JSON.stringify(failures)).not.toContain(config.appPassword);
    expect(await token.get(signal)).toEqual({ ok: true, data: 'late' });
  });

  it('is not waited for by somebody who gives up', async () => {
    const { promise, resolve } = Promise.withResolvers<Response>();
    const { token } = source([() => promise]);
    const hurried = new AbortController();
    const [one, other] = [token.get(hurried.signal), token.get(signal)];
    hurried.abort();
    expect(await one).toMatchObject({ ok: false, code: 'aborted' });
    resolve(granted('one')());
    expect(await other).toEqual({ ok: true, data: 'one' });
    expect(await token.get(hurried.signal)).toMatchObject({ ok: false, code: 'aborted' });
  });

  it.each([
    [{}, 'https://login.microsoftonline.com/botframework.com/oauth2/v2.0/token'],
    [{ tokenUrl: 'https://login.example/t' }, 'https://login.example/t/oauth2/v2.0/token'],
    [{ tokenUrl: 'https://login.example/t/' }, 'https://login.example/t/oauth2/v2.0/token'],
    [{ tokenUrl: 'https://login.example/x/token', tenantId: 't' }, 'https://login.example/x/token'],
  ])('comes from where the settings say: %j', (given, url) => {
    expect(tokenEndpoint(given)).toBe(url);
  });
});
