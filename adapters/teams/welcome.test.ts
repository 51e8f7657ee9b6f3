import { beforeEach, describe, expect, it } from 'vitest';
import { type FakeChannelDeps, fakeChannelDeps } from '#test/fakes/channel-deps.ts';
import type { CallResult } from './errors.ts';
import type { TeamsReference } from './reference.ts';
import { createWelcome, starterQuestions, welcomeText } from './welcome.ts';

const chat: TeamsReference = {
  serviceUrl: 'https://smba.trafficmanager.net/emea/',
  conversationId: 'a:ann',
  type: 'personal',
  tenantId: 'acme',
};

describe('the greeting', () => {
  let deps: FakeChannelDeps;
  let posted: { readonly where: string; readonly activity: string }[];
  let result: CallResult<{ readonly id?: string }>;

  beforeEach(() => {
    deps = fakeChannelDeps();
    posted = [];
    result = { ok: true, data: { id: '1' } };
  });

  const welcome = (config: { readonly company?: string; readonly customers?: boolean } = {}) =>
    createWelcome({
      config: { customers: true, ...config },
      deps,
      connector: {
        postActivity: async ({ conversationId }, activity) => {
          posted.push({ where: conversationId, activity: JSON.stringify(activity) });
          return result;
        },
      },
    });
  const { signal } = new AbortController();

  it('offers at most four questions that the manifest offers too', async () => {
    expect(starterQuestions.length).toBeGreaterThan(0);
    expect(starterQuestions.length).toBeLessThanOrEqual(4);
    await welcome({ company: 'Acme' })(chat, signal);
    expect(posted).toMatchObject([{ where: 'a:ann', activity: expect.stringContaining('Acme') }]);
    for (const question of starterQuestions) expect(posted[0]?.activity).toContain(question);
  });

  it('is said once to each person, also by another process', async () => {
    const greet = welcome();
    await greet(chat, signal);
    await greet(chat, signal);
    await welcome()(chat, signal);
    expect(posted).toHaveLength(1);
    await greet({ ...chat, conversationId: 'a:ben' }, signal);
    expect(posted.map(({ where }) => where)).toEqual(['a:ann', 'a:ben']);
    expect(JSON.stringify([...deps.savedCursors])).not.toContain('a:ann');
  });

  it('is said once when the platform tells of it twice at the same time', async () => {
    const greet = welcome();
    await Promise.all([greet(chat, signal), greet(chat, signal)]);
    expect(posted).toHaveLength(1);
  });

  it('is not said where nobody has asked for it', async () => {
    await welcome()({ ...chat, type: 'channel', conversationId: '19:acme@thread.tacv2' }, signal);
    await welcome()({ ...chat, type: 'groupChat', conversationId: '19:acme@thread.v2' }, signal);
    await welcome({ customers: false })(chat, signal);
    expect(posted).toEqual([]);
  });

  it('is not tried again when it fails', async () => {
    result = { ok: false, code: 'blocked', message: 'Teams refused a message', permanent: true };
    await welcome()(chat, signal);
    await welcome()(chat, signal);
    expect(posted).toHaveLength(1);
    expect(deps.log.lines).toMatchObject([{ level: 'warn', fields: { code: 'blocked' } }]);
  });

  it('shows a name as it is', () => {
    expect(welcomeText('A*B [x](http://evil.example)')).toContain('A\\*B \\[x\\]\\(http\\:\\/\\/evil\\.example\\)');
    expect(welcomeText()).toContain('support assistant.');
  });
});
