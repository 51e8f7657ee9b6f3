import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakeChannelDeps } from '#test/fakes/channel-deps.ts';
import { desk, type FakeTeams, startFakeTeams, tenants } from '#test/fakes/teams/index.ts';
import { teams } from './index.ts';

describe('the check of Teams', () => {
  let fake: FakeTeams;
  beforeEach(async () => {
    fake = await startFakeTeams();
  });
  afterEach(() => fake[Symbol.asyncDispose]());

  const check = async (settings: object = {}) => {
    const config = teams.config.parse({
      appId: fake.appId,
      appPassword: fake.appPassword,
      tenantId: tenants.home.id,
      serviceUrls: [fake.serviceUrl],
      openidUrl: fake.openidUrl,
      tokenUrl: fake.tokenUrl,
      deskChannel: desk,
      ...settings,
    });
    return teams.create(config, fakeChannelDeps()).check?.(AbortSignal.timeout(10_000));
  };

  it('is content when everything is right', async () => {
    expect(await check()).toEqual({ ok: true, detail: 'credentials: ok; signing keys: ok; desk channel: ok' });
  });

  it.each([
    ['TEAMS_APP_ID', { appId: '0d0d0d0d-0000-4000-8000-000000000001' }, /TEAMS_APP_ID.*does not know/],
    ['TEAMS_APP_PASSWORD', { appPassword: 'an old secret' }, /TEAMS_APP_PASSWORD is wrong/],
    ['DESK', { deskChannel: '19:nowhere@thread.tacv2' }, /DESK teams:19:nowhere/],
    ['TEAMS_TOKEN_ISSUER', { issuer: 'https://api.botframework.us' }, /issuer/],
  ])('names %s', async (_name, settings, detail) => {
    expect(await check(settings)).toEqual({ ok: false, detail: expect.stringMatching(detail) });
  });

  it('names the tenant that does not exist', async () => {
    const tokenUrl = `${fake.url}/0d0d0d0d-0000-4000-8000-00000000000f`;
    expect(await check({ tokenUrl })).toEqual({ ok: false, detail: expect.stringMatching(/TEAMS_TENANT_ID/) });
  });

  it('knows a secret that has expired', async () => {
    const body = JSON.stringify({ error: 'invalid_client', error_codes: [7_000_222] });
    fake.fail('token', { status: 401, body, times: 5 });
    expect(await check()).toEqual({ ok: false, detail: expect.stringMatching(/TEAMS_APP_PASSWORD has expired/) });
  });

  it('says which address is out of reach, and never the secret', async () => {
    const away = { openidUrl: 'http://127.0.0.1:9/openid', tokenUrl: 'http://127.0.0.1:9/token' };
    const health = await check(away);
    expect(health).toEqual({ ok: false, detail: expect.stringMatching(/TEAMS_TOKEN_URL.*TEAMS_OPENID_URL/s) });
    expect(health?.detail).not.toContain(fake.appPassword);
    expect(await check({ openidUrl: `${fake.url}/nothing` })).toMatchObject({ ok: false });
    expect(await check({ openidUrl: `${fake.url}/keys` })).toMatchObject({ ok: false });
  });
});
