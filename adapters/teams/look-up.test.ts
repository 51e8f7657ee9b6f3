import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FakeChannelDeps, fakeChannelDeps } from '#test/fakes/channel-deps.ts';
import { desk, type FakeTeams, startFakeTeams, tenants } from '#test/fakes/teams/index.ts';
import { addressIn, teamsParts } from '#test/teams-sending.ts';
import type { TeamsConfig } from './config.ts';
import { createLookUp, type LookUp, readersOf } from './look-up.ts';

let teams: FakeTeams;
let deps: FakeChannelDeps;
const signal = new AbortController().signal;
const acme = tenants.acme.id;
const chat = '19:acme-chat@thread.v2';
const unknown = { organizations: [], shared: true };

beforeEach(async () => {
  teams = await startFakeTeams();
  deps = fakeChannelDeps();
});
afterEach(() => teams[Symbol.asyncDispose]());

const people = (more: Partial<TeamsConfig> = {}): LookUp => {
  const parts = teamsParts(teams, deps);
  return createLookUp({ ...parts, config: { ...parts.config, ...more }, now: deps.now });
};
const event = (who: string, place: string, thread?: string) => {
  const { aad, tenant } = teams.person(who);
  return {
    address: addressIn(teams, place, thread),
    author: { role: 'customer' as const, externalId: `${tenant}:${aad}` },
  };
};

describe('who writes and who reads along', () => {
  it('in a personal chat: the person alone', async () => {
    expect(await people().lookUp(event('ann', 'a:ann'), signal)).toEqual({
      ...{ name: 'Ann Lee', email: 'ann@acme.example', organizationName: 'acme.example' },
    });
  });

  it('in a personal chat of a guest: not the organisation that they visit', async () => {
    const ann = teams.world.people.find(({ key }) => key === 'ann');
    if (ann === undefined) throw new Error('Ann is not there');
    Object.assign(ann, { guest: true });
    expect(await people().lookUp(event('ann', 'a:ann'), signal)).toMatchObject({
      readers: { organizations: [], shared: false },
    });
  });

  it('in a group chat: the tenants of its members', async () => {
    expect(await people().lookUp(event('ann', chat), signal)).toEqual({
      ...{ name: 'Ann Lee', email: 'ann@acme.example', organizationName: 'acme.example' },
      ...{ readers: { organizations: [acme], shared: true } },
    });
  });

  it('in a channel: also what people call it, and its roster is that of the whole channel', async () => {
    const { id } = await teams.say({ user: 'ann', place: '19:acme-help@thread.tacv2', text: 'Hi', mention: true });
    expect(await people().lookUp(event('ann', '19:acme-help@thread.tacv2', id), signal)).toMatchObject({
      ...{ place: 'Acme › Help', readers: { organizations: [acme], shared: true } },
    });
    expect(teams.callsOf('pagedMembers').at(-1)?.path).not.toContain('messageid');
    expect(await people().lookUp(event('mira', '19:customers@thread.tacv2', ''), signal)).toMatchObject({
      ...{ place: 'Customers › General', readers: unknown },
    });
    expect(await people().lookUp(event('mira', desk, ''), signal)).toMatchObject({
      ...{ place: 'Support › Desk', readers: { organizations: [tenants.home.id], shared: true } },
    });
  });

  it('is what the settings say of a place', async () => {
    const lookUp = people({ channels: { [chat]: { organization: 'initech' } } });
    expect((await lookUp.lookUp(event('ann', chat), signal)).readers).toEqual({
      organizations: ['initech'],
      shared: true,
    });
  });

  it('is several and unknown when Teams does not tell', async () => {
    teams.fail('any', { status: 500, times: 10 });
    expect(await people().lookUp(event('ann', chat), signal)).toEqual({ readers: unknown });
    expect(await people().lookUp(event('ann', 'a:ann'), signal)).toEqual({});
    expect(await people().lookUp(event('ann', chat), AbortSignal.abort())).toEqual({ readers: unknown });
  });

  it('is asked once in a while, and anew when somebody came or went', async () => {
    const lookUp = people();
    await Promise.all([lookUp.lookUp(event('ann', chat), signal), lookUp.lookUp(event('ann', chat), signal)]);
    expect(teams.callsOf('pagedMembers')).toHaveLength(1);
    teams.world.places.find(({ id }) => id === chat)?.members.push('eve');
    expect((await lookUp.lookUp(event('ann', chat), signal)).readers?.organizations).toEqual([acme]);
    lookUp.forget(chat);
    expect((await lookUp.lookUp(event('ann', chat), signal)).readers?.organizations).toHaveLength(2);
    expect(teams.callsOf('pagedMembers')).toHaveLength(2);
  });

  it('knows somebody by the object id that a card names', async () => {
    const { aad, tenant } = teams.person('otto');
    const named = (id: string) =>
      people().lookUp(
        { address: addressIn(teams, desk, ''), author: { role: 'human', externalId: `${tenant}:${id}` } },
        signal,
      );
    expect((await named(aad)).name).toBe('Otto Berg');
    expect((await named('nobody')).name).toBeUndefined();
  });
});

describe('readers', () => {
  const of = (members: Parameters<typeof readersOf>[0]['members'], complete = true) =>
    readersOf({ members, complete }, { ours: 'ours', here: 'here' });

  it('are everybody but us', () => {
    expect(
      of([{ id: '1', tenantId: 'b' }, { id: '2', tenantId: 'a' }, { id: '3', tenantId: 'ours' }, { id: '4' }]),
    ).toEqual({
      ...{ organizations: ['a', 'b', 'here'], shared: true },
    });
    expect(of([{ id: '1', tenantId: 'ours' }])).toEqual({ organizations: ['ours'], shared: true });
  });

  it('are unknown with guests, without anybody, or with more than were listed', () => {
    expect(of([{ id: '1', userRole: 'Guest' }])).toEqual(unknown);
    expect(of([{ id: '1', userPrincipalName: 'gus_initech.example#EXT#@home.example' }])).toEqual(unknown);
    expect(of([])).toEqual(unknown);
    expect(of([{ id: '1' }], false)).toEqual(unknown);
    expect(readersOf({ members: [{ id: '1' }], complete: true }, { ours: undefined, here: undefined })).toEqual(
      unknown,
    );
  });
});
