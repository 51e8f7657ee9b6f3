import { describe, expect, it } from 'vitest';
import { teamsConfig } from './config.ts';

const appId = '5f3c2d10-9a41-4e57-8b60-0c1d2e3f4a5b';
const given = { appId, appPassword: 'secret' };
const problems = (value: object) =>
  teamsConfig
    .safeParse({ ...given, ...value })
    .error?.issues.map(({ path, message }) => `${path.join('.')} ${message}`);

describe('settings of Teams', () => {
  it('need an app and its password alone', () => {
    expect(teamsConfig.parse(given)).toMatchObject({
      ...{ tenants: [], serviceUrls: [], customers: true, mergeSeconds: 60, issuer: 'https://api.botframework.com' },
    });
    expect(problems({ appId: '' })).toEqual([expect.stringContaining('appId')]);
    expect(problems({ appPassword: '' })).toEqual([expect.stringContaining('appPassword')]);
  });

  it('say what is wrong and what it should look like', () => {
    expect(problems({ deskChannel: '19%3aabc%40thread.tacv2' })).toEqual([expect.stringContaining('19:abc')]);
    expect(problems({ supportChannels: ['19:a@thread.tacv2;messageid=1'] })).toHaveLength(1);
    expect(problems({ staff: ['Ann'] })).toEqual([expect.stringContaining('object id')]);
    expect(problems({ serviceUrls: ['smba'], tokenUrl: 'ftp://x' })).toHaveLength(2);
    expect(problems({ channels: { 'a:1': {} } })).toHaveLength(1);
    expect(problems({ tenantId: '', tenants: ['*', 'a b'] })).toHaveLength(2);
  });
});
