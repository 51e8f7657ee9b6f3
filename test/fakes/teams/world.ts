import type { Person, Place, Tenant, World } from './types.ts';

const guid = (n: number): string => {
  const hex = n.toString(16);
  return `${hex.padStart(8, '0')}-5afe-4fa6-8fa6-7ea25000${hex.padStart(4, '0')}`;
};

/** The tenants of the fake: ours, a customer's in another region, and one that nobody has allowed. */
export const tenants = {
  home: { id: guid(1), name: 'Home' },
  acme: { id: guid(2), name: 'Acme', region: 'amer' },
  globex: { id: guid(3), name: 'Globex' },
} satisfies Record<string, Tenant>;

const person = (n: number, tenant: Tenant, name: string, more: Partial<Person> = {}): Person => {
  const key = (name.split(' ')[0] ?? name).toLowerCase();
  return { key, id: `29:${key}-${n}`, aad: guid(0x100 + n), tenant: tenant.id, name, ...more };
};

const channel = (id: string, team: string, tenant: Tenant, name: string): Place => ({
  id,
  kind: 'channel',
  tenant: tenant.id,
  team,
  name,
  members: [],
  installed: false,
  rsc: false,
});

/** Where the support team works. */
export const desk = '19:desk@thread.tacv2';

/**
 * Ours: Mira, Otto and Nils, with the team Support (channels General, Desk, Second level) and the team Customers, where Gus is a
 * guest. Acme: Ann and Ben, with a team (General, Help) and a group chat. Globex: Eve, with a team. Everybody has a chat with the
 * bot. The bot hears unmentioned messages in Support, in Customers and at Acme.
 */
export const defaultWorld = (): World => {
  const { home, acme, globex } = tenants;
  const people = [
    person(1, home, 'Mira Holm', { email: 'mira@home.example' }),
    person(2, home, 'Otto Berg', { email: 'otto@home.example' }),
    person(3, home, 'Nils Dahl', { email: 'nils@home.example' }),
    person(4, home, 'Gus Grant', { guest: true, email: 'gus@initech.example' }),
    person(5, acme, 'Ann Lee', { email: 'ann@acme.example' }),
    person(6, acme, 'Ben Cole', { email: 'ben@acme.example' }),
    person(7, globex, 'Eve Stone'),
  ];
  const team = (n: number, name: string, tenant: Tenant, members: string[], rsc: boolean) => ({
    id: `19:${name.toLowerCase()}@thread.tacv2`,
    name,
    tenant: tenant.id,
    aadGroupId: guid(0x200 + n),
    members,
    installed: true,
    rsc,
  });
  return {
    tenants: [home, acme, globex],
    people,
    teams: [
      team(1, 'Support', home, ['mira', 'otto', 'nils'], true),
      team(2, 'Customers', home, ['mira', 'otto', 'gus'], true),
      team(3, 'Acme', acme, ['ann', 'ben'], true),
      team(4, 'Globex', globex, ['eve'], false),
    ],
    places: [
      channel('19:support@thread.tacv2', '19:support@thread.tacv2', home, 'General'),
      channel(desk, '19:support@thread.tacv2', home, 'Desk'),
      channel('19:second@thread.tacv2', '19:support@thread.tacv2', home, 'Second level'),
      channel('19:customers@thread.tacv2', '19:customers@thread.tacv2', home, 'General'),
      channel('19:acme@thread.tacv2', '19:acme@thread.tacv2', acme, 'General'),
      channel('19:acme-help@thread.tacv2', '19:acme@thread.tacv2', acme, 'Help'),
      channel('19:globex@thread.tacv2', '19:globex@thread.tacv2', globex, 'General'),
      {
        id: '19:acme-chat@thread.v2',
        kind: 'groupChat',
        tenant: acme.id,
        name: 'Acme and Frontdesk',
        members: ['ann', 'ben'],
        installed: true,
        rsc: false,
      },
      ...people.map(
        ({ key, tenant }): Place => ({
          id: `a:${key}`,
          kind: 'personal',
          tenant,
          members: [key],
          installed: true,
          rsc: true,
        }),
      ),
    ],
  };
};
