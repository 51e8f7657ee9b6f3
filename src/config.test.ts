import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { channels } from '#adapters/index.ts';
import { slackConfig } from '#adapters/slack/config.ts';
import { AppError } from '#core/errors.ts';
import { channelInput } from './channel-settings.ts';
import { type Config, type ConfigSources, processSources, readConfig } from './config.ts';

const read = (env: ConfigSources['env'] = {}, more: Partial<ConfigSources> = {}): Config =>
  readConfig({
    env,
    readFile: (path) => {
      throw new Error(`ENOENT: ${path}`);
    },
    localSecret: () => 'made-by-itself',
    channelSchemas: { email: channels.email.config, slack: slackConfig, teams: channels.teams.config },
    ...more,
  });

/** The problems that a start with these settings reports, one a line. */
const problemsOf = (env: ConfigSources['env'] = {}, more: Partial<ConfigSources> = {}): readonly string[] => {
  try {
    read(env, more);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    expect(error.code).toBe('misconfigured');
    const [heading, ...lines] = error.userMessage.split('\n');
    expect(heading).toBe('Frontdesk cannot start with these settings:');
    return lines.map((line) => line.replace(/^ {2}- /, ''));
  }
  return [];
};

const production = {
  FRONTDESK_PROFILE: 'production',
  FRONTDESK_SECRET: 's'.repeat(32),
  CONSOLE_TOKEN: 't'.repeat(16),
  DATABASE_URL: 'postgres://frontdesk:pass@db/frontdesk',
  PUBLIC_URL: 'https://help.example.org',
};

describe('readConfig', () => {
  it('needs nothing: defaults are for one machine and for nobody else', () => {
    const config = read();
    expect(config.server).toMatchObject({
      port: 3_000,
      host: '127.0.0.1',
      profile: 'development',
      publicUrl: 'http://localhost:3000',
      role: ['all'],
      secrets: ['made-by-itself'],
    });
    expect(config.server.home).toBe(resolve('.frontdesk'));
    expect(config.database).not.toHaveProperty('url', expect.anything());
    expect(config.channels).toEqual({ on: ['web'], desk: { channel: 'web', space: 'desk' } });
  });

  it('reports every problem together, each with its name and what to do', () => {
    const problems = problemsOf(
      {
        PORT: 'ninety',
        LOG_LEVEL: 'loud',
        DATABASE_URL: 'mysql://db',
        REDIS_URL: 'localhost:6379',
        CHANNELS: 'web,fax',
        DESK: 'slack',
        WORK_CONCURRENCY: '0',
        FEATURE_MEMORY: 'perhaps',
        OPENAI_BASE_URL: 'not a url',
        FRONTDESK_SECRET_FILE: '/run/secrets/none',
      },
      { yaml: 'server:\n  prot: 1\nrules:\n  handOver:\n    - name: x\n      text: "("\nextra:\n  a: 1\n' },
    );
    for (const name of [
      'PORT',
      'LOG_LEVEL',
      'DATABASE_URL',
      'REDIS_URL',
      'CHANNELS',
      'DESK',
      'WORK_CONCURRENCY',
      'FEATURE_MEMORY',
      'OPENAI_BASE_URL',
    ]) {
      expect(
        problems.filter((line) => line.startsWith(`${name}:`) || line.startsWith(`${name}.`)),
        name,
      ).toHaveLength(1);
    }
    expect(problems).toContain('FRONTDESK_SECRET_FILE: cannot read /run/secrets/none.');
    expect(problems).toContainEqual(
      expect.stringMatching(/^frontdesk\.yaml server\.prot: no such setting; there are profile, port/),
    );
    expect(problems).toContainEqual(
      expect.stringMatching(/^frontdesk\.yaml: no section "extra"; there are server, database/),
    );
    expect(problems).toContainEqual(
      expect.stringMatching(/^frontdesk\.yaml rules\.handOver\.0\.text: not a regular expression: /),
    );
    expect(problems).toContainEqual(
      expect.stringContaining('write it like postgres://user:password@host:5432/frontdesk'),
    );
  });

  it('reports unsafe production settings beside wrong ones', () => {
    const problems = problemsOf({ FRONTDESK_PROFILE: 'production', PORT: 'x', DATABASE_POOL_SIZE: '0' });
    expect(problems.map((line) => line.split(':')[0])).toEqual([
      'PORT',
      'DATABASE_POOL_SIZE',
      'FRONTDESK_SECRET',
      'CONSOLE_TOKEN',
      'DATABASE_URL',
      'PUBLIC_URL',
    ]);
  });
});

describe('production', () => {
  it('starts with safe settings', () => {
    expect(read(production).server).toMatchObject({
      profile: 'production',
      publicUrl: 'https://help.example.org',
      secrets: ['s'.repeat(32)],
    });
  });

  it.each([
    ['FRONTDESK_SECRET', 'short', /at least 32 characters/],
    ['FRONTDESK_SECRET', undefined, /openssl rand/],
    ['CONSOLE_TOKEN', 'short', /at least 16 characters/],
    ['CONSOLE_TOKEN', undefined, /at least 16/],
    ['DATABASE_URL', undefined, /needs PostgreSQL/],
    ['PUBLIC_URL', 'http://help.example.org', /https/],
    ['PUBLIC_URL', undefined, /https/],
    ['SLACK_API_URL', 'http://slack.example.org/api/', /https.*tokens/],
  ])('refuses %s=%s', (name, value, fix) => {
    const problems = problemsOf({ ...production, [name]: value });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(fix);
    expect(problems[0]?.startsWith(`${name}:`)).toBe(true);
  });

  it('may be asked for in the file too', () => {
    expect(problemsOf({}, { yaml: 'server: { profile: production }' })).toHaveLength(4);
    expect(problemsOf({}, { yaml: 'server: { profile: staging }' })).toEqual([]);
  });
});

describe('a secret from a file', () => {
  const readFile = (path: string): string => {
    if (path === '/run/secrets/db') return 'postgres://u:from-file@db/x\n';
    if (path === '/run/secrets/port') return ' 8080 ';
    throw new Error('ENOENT');
  };

  it('is read, trimmed', () => {
    const config = read({ DATABASE_URL_FILE: '/run/secrets/db', PORT_FILE: '/run/secrets/port' }, { readFile });
    expect([config.database.url, config.server.port]).toEqual(['postgres://u:from-file@db/x', 8_080]);
    expect(config.secretValues).toContain('from-file');
  });

  it('stands alone: both ways at once is a problem', () => {
    expect(problemsOf({ DATABASE_URL: 'postgres://db/x', DATABASE_URL_FILE: '/run/secrets/db' }, { readFile })).toEqual(
      ['DATABASE_URL and DATABASE_URL_FILE are both set: keep one.'],
    );
    expect(problemsOf({ DATABASE_URL: ' ', DATABASE_URL_FILE: '/run/secrets/db' }, { readFile })).toEqual([]);
    expect(problemsOf({ DATABASE_URL: 'postgres://db/x', DATABASE_URL_FILE: '' }, { readFile })).toEqual([]);
  });

  it('may not stand in frontdesk.yaml, and is not repeated from there', () => {
    const problems = problemsOf(
      {},
      { yaml: 'model:\n  apiKey: sk-very-secret\ndatabase:\n  url: mysql://u:hunter22@db\n' },
    );
    expect(problems).toContain(
      'frontdesk.yaml model.apiKey is a secret: set it as OPENAI_API_KEY or OPENAI_API_KEY_FILE instead.',
    );
    expect(problems.join('\n')).not.toMatch(/sk-very|hunter22/);
  });
});

describe('secrets', () => {
  const env = {
    FRONTDESK_SECRET: 'signing-secret-of-this-test-only',
    FRONTDESK_SECRET_PREVIOUS: 'older-secret-of-this-test',
    CONSOLE_TOKEN: 'console-token-of-this-test',
    DATABASE_URL: 'postgres://frontdesk:p%40ss-word@db:5432/frontdesk?options=x',
    REDIS_URL: 'redis://:redis-pass@cache:6379',
    OPENAI_API_KEY: 'sk-test-key',
    OPENAI_BASE_URL: 'https://gateway:gateway-pass@models.example.org/v1',
    SMTP_URL: 'smtps://help:mail-pass@mail:465',
  };
  const words = [
    'signing-secret',
    'older-secret',
    'console-token',
    'p%40ss',
    'p@ss',
    'redis-pass',
    'sk-test',
    'gateway-pass',
    'mail-pass',
  ];

  it('are masked in the safe form, which still says where things are', () => {
    const { safe } = read(env);
    const shown = JSON.stringify(safe);
    for (const word of words) expect(shown).not.toContain(word);
    const shownAs = (name: string) => safe.find((entry) => entry.name === name)?.value;
    expect(shownAs('DATABASE_URL')).toBe('postgres://frontdesk:••••••@db:5432/frontdesk');
    expect(shownAs('REDIS_URL')).toBe('redis://cache:6379');
    expect(shownAs('OPENAI_BASE_URL')).toBe('https://gateway:••••••@models.example.org/v1');
    expect(shownAs('OPENAI_API_KEY')).toBe('••••••');
    expect(shownAs('PORT')).toBe('3000');
    expect(safe.every(({ about }) => about !== '')).toBe(true);
  });

  it('are known to the log, whole and in their parts', () => {
    const { secretValues } = read(env);
    for (const value of [
      'signing-secret-of-this-test-only',
      'older-secret-of-this-test',
      'p%40ss-word',
      'p@ss-word',
      'redis-pass',
      'sk-test-key',
      'gateway-pass',
      'mail-pass',
    ]) {
      expect(secretValues).toContain(value);
    }
    expect(read().secretValues).toContain('made-by-itself');
  });

  it('are masked in problems', () => {
    const text = problemsOf({
      ...env,
      PORT: 'x',
      DATABASE_URL: 'mysql://u:hunter22@db',
      IMAP_URL: 'sk-test-key',
      CHANNELS: 'email',
    }).join('\n');
    for (const word of [...words, 'hunter22']) expect(text).not.toContain(word);
  });

  it('rotate: the newest signs, the one before is still accepted', () => {
    expect(read(env).server.secrets).toEqual([env.FRONTDESK_SECRET, env.FRONTDESK_SECRET_PREVIOUS]);
    expect(read({ FRONTDESK_SECRET_PREVIOUS: 'older' }).server.secrets).toEqual(['made-by-itself', 'older']);
  });

  it('are not asked for before the settings are right', () => {
    const localSecret = vi.fn(() => 'made');
    expect(problemsOf({ PORT: 'x' }, { localSecret })).toHaveLength(1);
    expect(localSecret).not.toHaveBeenCalled();
    read({ FRONTDESK_HOME: '/srv/desk' }, { localSecret });
    expect(localSecret).toHaveBeenCalledWith('/srv/desk');
  });

  it('bear any character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }), (text) => {
        const password = text.replace(/[\s\0/?#@:]/g, '');
        const url = `postgres://u:${password}@db/x`;
        const { safe, secretValues } = read({ DATABASE_URL: url });
        if (password.length < 4) return;
        expect(safe.find(({ name }) => name === 'DATABASE_URL')?.value).not.toContain(password);
        expect(secretValues.length).toBeGreaterThan(1);
      }),
    );
    expect(read({ DATABASE_URL: 'postgres://u:100%@db/x' }).secretValues).toContain('100%');
  });
});

describe('frontdesk.yaml', () => {
  it('sets what is no secret; the environment wins; nothing is nothing', () => {
    const yaml = `
server: { port: 4000, corsOrigins: ["https://a.example"], trustProxy: yes, role: [web, worker] }
channels: { on: web }
features:
rules:
  priorities: [{ priority: urgent, text: "down|outage" }]
  handOver: [{ name: legal, text: "\\\\blawyer\\\\b" }]
`;
    const config = read({ PORT: '5000' }, { yaml });
    expect(config.server).toMatchObject({ port: 5_000, corsOrigins: ['https://a.example'], role: ['web', 'worker'] });
    expect(config.rules.priorities[0]?.text?.test('We are DOWN')).toBe(true);
    expect(config.rules.handOver[0]?.text.test('my Lawyer says')).toBe(true);
    expect(config.safe).toContainEqual(
      expect.objectContaining({ name: 'rules.handOver', value: '[{"name":"legal","text":"\\\\blawyer\\\\b"}]' }),
    );
    expect(read({}, { yaml: '' }).server.port).toBe(3_000);
    expect(read({}, { yaml: '# only a comment\n' }).server.port).toBe(3_000);
    expect(read({}, { yaml: 'server:\n  port:\n' }).server.port).toBe(3_000);
  });

  it.each([
    ['- a\n- b', /every top-level key must be a section/],
    ['port: 3000', /every top-level key must be a section/],
    ['just text', /every top-level key must be a section/],
    ['server: { port: [1', /cannot be read/],
    ['rules:\n  priorities: [{ priority: soon }]', /rules\.priorities\.0\.priority/],
    ['rules:\n  handOver: [{ name: x, text: y, colour: red }]', /rules\.handOver\.0: .*colour/],
    ['server: { port: true }', /^PORT: write a whole number/],
    ['server: { port: [] }', /^PORT: write a whole number/],
    ['work: { concurrency: 1.5 }', /^WORK_CONCURRENCY: write a whole number/],
  ])('says what is wrong with %j', (yaml, problem) => {
    const problems = problemsOf({}, { yaml });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(problem);
  });

  it('does not quote the file, where a secret may stand', () => {
    const problems = problemsOf({}, { yaml: 'model:\n  apiKey: sk-secret: :\n   bad: [\n' });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^frontdesk\.yaml cannot be read: .* at line \d+/);
    expect(problems.join()).not.toContain('sk-secret');
  });
});

describe('values of the environment', () => {
  it.each([
    ['true', true],
    ['1', true],
    ['yes', true],
    ['on', true],
    ['FALSE', false],
    ['0', false],
    ['no', false],
    ['off', false],
  ])('reads %s as %s', (text, value) => {
    expect(read({ FEATURE_MEMORY: text }).features.memory).toBe(value);
  });

  it('reads lists with spaces and gaps', () => {
    expect(read({ FRONTDESK_ROLE: ' web , worker,, ' }).server.role).toEqual(['web', 'worker']);
    expect(read({ CORS_ORIGINS: 'https://a.example, https://b.example' }).server.corsOrigins).toEqual([
      'https://a.example',
      'https://b.example',
    ]);
    expect(problemsOf({ CORS_ORIGINS: 'a.example' })[0]).toMatch(/^CORS_ORIGINS/);
  });

  it('takes an empty value for none', () => {
    expect(read({ PORT: '', DATABASE_URL: '  ', CHANNELS: '' })).toMatchObject({
      server: { port: 3_000 },
      channels: { on: ['web'] },
    });
  });

  it.each(['-1', '65536', '3.5', 'x', '3000x', 'NaN', 'Infinity'])('refuses %s for a port', (PORT) => {
    expect(problemsOf({ PORT })).toHaveLength(1);
  });

  it('derives the public address', () => {
    expect(read({ PORT: '8080' }).server.publicUrl).toBe('http://localhost:8080');
    expect(read({ PUBLIC_URL: 'https://help.example.org/' }).server.publicUrl).toBe('https://help.example.org');
    expect(problemsOf({ PUBLIC_URL: 'ftp://help.example.org' })).toHaveLength(1);
  });

  it('never fails but with its list of problems, whatever is set', () => {
    const names = [
      'PORT',
      'DATABASE_URL',
      'REDIS_URL',
      'CHANNELS',
      'DESK',
      'OPENAI_BASE_URL',
      'FEATURE_MEMORY',
      'EMAIL_STAFF',
      'IMAP_URL',
      'FRONTDESK_PROFILE',
      'FRONTDESK_SECRET',
    ];
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom(...names), fc.string({ maxLength: 20 })),
        fc.string({ maxLength: 60 }),
        (env, yaml) => {
          problemsOf(env, { yaml });
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('channels', () => {
  it('want their settings complete once they are switched on', () => {
    const problems = problemsOf({ CHANNELS: 'web,email' });
    for (const name of ['EMAIL_ADDRESS', 'IMAP_URL', 'SMTP_URL'])
      expect(problems).toContain(`${name}: is missing; CHANNELS switches email on.`);
    expect(problemsOf({ EMAIL_ADDRESS: 'nonsense' })).toEqual([]);
    const complete = {
      CHANNELS: 'web,email',
      EMAIL_ADDRESS: 'help@example.org',
      IMAP_URL: 'imaps://u:p@h:993',
      SMTP_URL: 'smtps://u:p@h:465',
    };
    expect(problemsOf(complete)).toEqual([]);
    expect(problemsOf({ ...complete, IMAP_URL: 'http://h' })[0]).toMatch(/^IMAP_URL: /);
  });

  it('are on, with their settings complete, where the desk is', () => {
    expect(problemsOf({ DESK: 'teams:19:abc@thread.tacv2' })).toEqual([
      'TEAMS_APP_ID: is missing; DESK is in teams.',
      'TEAMS_APP_PASSWORD: is missing; DESK is in teams.',
    ]);
    const problems = problemsOf({ DESK: 'email:desk@example.org' });
    expect(problems).toContain('IMAP_URL: is missing; DESK is in email.');
  });
});

describe('the desk and what it promises', () => {
  const teams = {
    CHANNELS: 'web',
    DESK: 'teams:19:abc@thread.tacv2',
    TEAMS_APP_ID: '11111111-1111-4111-8111-111111111111',
    TEAMS_APP_PASSWORD: 'a value of this test',
  };

  it('has a second level of its own kind', () => {
    expect(problemsOf({ ...teams, DESK_SECOND_LEVEL: 'teams:19:def@thread.tacv2' })).toEqual([]);
    expect(problemsOf({ ...teams, DESK_SECOND_LEVEL: 'slack:C0123456789' })).toEqual([
      'DESK_SECOND_LEVEL: cases cannot go from teams to slack; name another place of teams.',
    ]);
    expect(problemsOf({ ...teams, DESK_SECOND_LEVEL: teams.DESK })).toEqual([
      'DESK_SECOND_LEVEL: is where DESK is already; name another place, or leave it out.',
    ]);
    expect(problemsOf({ DESK_SECOND_LEVEL: 'slack:C0123456789' })[0]).toMatch(
      /^DESK_SECOND_LEVEL: cases cannot go from web/,
    );
  });

  it('has hours and promises', () => {
    const yaml = `desk:
  hours: { timeZone: Europe/Berlin, monday: '09:00-17:00' }
  sla: { firstResponseMinutes: 30 }`;
    const { desk } = read({}, { yaml });
    expect(desk.hours).toMatchObject({
      timeZone: 'Europe/Berlin',
      weekly: { monday: [{ from: '09:00', to: '17:00' }] },
    });
    expect(desk.sla).toEqual({ firstResponseMinutes: 30 });
    expect(read().desk).toMatchObject({ sla: {}, secondLevelAfterMinutes: 30 });
    expect(problemsOf({}, { yaml: 'desk: { hours: { timeZone: Nowhere/At-All, monday: "17:00-09:00" } }' })[0]).toMatch(
      /^frontdesk\.yaml desk\.hours/,
    );
  });
});

describe('Slack', () => {
  const complete = {
    CHANNELS: 'web,slack',
    SLACK_SIGNING_SECRET: 'signing-of-this-test',
    SLACK_BOT_TOKEN: 'xoxb-test',
  };

  it('wants what HTTP and a single workspace need, or says how to do without', () => {
    expect(problemsOf({ CHANNELS: 'slack' })).toEqual([
      'SLACK_SIGNING_SECRET: is missing; set it for HTTP, or SLACK_APP_TOKEN for Socket Mode (CHANNELS switches slack on).',
      'SLACK_BOT_TOKEN: is missing; set it for one workspace, or SLACK_CLIENT_ID and SLACK_CLIENT_SECRET for several (CHANNELS switches slack on).',
    ]);
    expect(problemsOf(complete)).toEqual([]);
    const { SLACK_SIGNING_SECRET: _, ...socket } = complete;
    expect(problemsOf({ ...socket, SLACK_APP_TOKEN: 'xapp-test' })).toEqual([]);
    const { SLACK_BOT_TOKEN: __, ...several } = complete;
    expect(problemsOf({ ...several, SLACK_CLIENT_ID: '1.2', SLACK_CLIENT_SECRET: 'client-of-this-test' })).toEqual([]);
    expect(problemsOf({ ...several, SLACK_CLIENT_ID: '1.2' })).toEqual([
      'SLACK_CLIENT_SECRET: is missing; SLACK_CLIENT_ID needs it (CHANNELS switches slack on).',
    ]);
  });

  it('is not asked for anything while it is off', () => {
    expect(problemsOf({ SLACK_STAFF: 'Mira', SLACK_APP_TOKEN: 'wrong' })).toEqual([]);
  });

  it('reports every problem together, by the names that people set', () => {
    const problems = problemsOf(
      {
        CHANNELS: 'slack,fax',
        DESK: 'slack:C0DESK',
        SLACK_APP_TOKEN: 'xoxb-secret-of-this-test',
        SLACK_SUPPORT_CHANNELS: 'C0HELP, #help',
        SLACK_STAFF: 'Mira',
        SLACK_API_URL: 'https://slack.example.org',
        SLACK_MERGE_SECONDS: 'soon',
      },
      {
        yaml: 'slack:\n  channels:\n    acme: { organization: acme.example }\n    C0ACME: { organisation: acme.example }\n',
      },
    );
    const about = (name: string) => problems.filter((problem) => problem.startsWith(name));
    for (const [name, words] of [
      ['CHANNELS.1', /write one of web, /],
      ['SLACK_APP_TOKEN', /starts with xapp-/],
      ['SLACK_SUPPORT_CHANNELS.1', /not a channel id/],
      ['SLACK_STAFF.0', /not a user id/],
      ['SLACK_API_URL', /ends in \/api\//],
      ['SLACK_MERGE_SECONDS', /whole number/],
      ['SLACK_BOT_TOKEN', /is missing.*DESK is in slack/],
      ['frontdesk.yaml slack.channels.acme', /not a channel id/],
      ['frontdesk.yaml slack.channels.C0ACME', /organi[sz]ation/],
    ] as const) {
      expect(about(`${name}:`).length + about(`${name}.`).length, `${name} in\n${problems.join('\n')}`).toBeGreaterThan(
        0,
      );
      expect(about(name).join(), name).toMatch(words);
    }
    expect(problems.join()).not.toContain('secret-of-this-test');
  });

  it('names a token whose file cannot be read once', () => {
    const { SLACK_BOT_TOKEN: _, ...rest } = complete;
    expect(problemsOf({ ...rest, SLACK_BOT_TOKEN_FILE: '/run/secrets/none' })).toEqual([
      'SLACK_BOT_TOKEN_FILE: cannot read /run/secrets/none.',
    ]);
  });

  it('serves the desk alone when only DESK names it', () => {
    const { CHANNELS: _, ...settings } = complete;
    expect(problemsOf({ DESK: 'slack:C0DESK' }).map((line) => line.split(':')[0])).toEqual([
      'SLACK_SIGNING_SECRET',
      'SLACK_BOT_TOKEN',
    ]);
    const config = read({ ...settings, DESK: 'slack:C0DESK' });
    expect(config.channels).toEqual({ on: ['web'], desk: { channel: 'slack', space: 'C0DESK' } });
    expect(slackConfig.parse(channelInput('slack', config))).toMatchObject({ customers: false, deskChannel: 'C0DESK' });
  });

  it.each(['slack:#desk', 'slack:desk', 'slack:c0desk', 'slack:D0MIRA', 'slack:C0 DESK'])(
    'refuses the desk %s, and says where the id is',
    (DESK) => {
      const problems = problemsOf({ ...complete, DESK });
      expect(problems).toHaveLength(1);
      expect(problems[0]).toMatch(/^DESK: name the Slack channel by its id, as in slack:C0123456789; Slack shows it/);
    },
  );

  it('is given all that concerns it', () => {
    const config = read(
      {
        ...complete,
        PUBLIC_URL: 'https://help.example.org/',
        SLACK_SUPPORT_CHANNELS: 'C0HELP, C0ACME',
        SLACK_STAFF: 'U0MIRA',
        SLACK_MERGE_SECONDS: '0',
        SLACK_API_URL: 'http://localhost:4000/api/',
      },
      { yaml: 'slack: { channels: { C0ACME: { organization: acme.example } } }' },
    );
    expect(slackConfig.parse(channelInput('slack', config))).toEqual({
      signingSecret: 'signing-of-this-test',
      botToken: 'xoxb-test',
      apiUrl: 'http://localhost:4000/api/',
      publicUrl: 'https://help.example.org',
      customers: true,
      supportChannels: ['C0HELP', 'C0ACME'],
      channels: { C0ACME: { organization: 'acme.example' } },
      staff: ['U0MIRA'],
      mergeSeconds: 0,
      ourTeams: [],
    });
    expect(slackConfig.parse(channelInput('slack', read(complete)))).toMatchObject({
      apiUrl: 'https://slack.com/api/',
      publicUrl: 'http://localhost:3000',
      mergeSeconds: 60,
      ourTeams: [],
    });
    expect(config.secretValues).toEqual(expect.arrayContaining(['signing-of-this-test', 'xoxb-test']));
    expect(JSON.stringify(config.safe)).not.toMatch(/signing-of|xoxb-test/);
  });
});

describe('the desk', () => {
  it('is reminded after a while, or never', () => {
    expect(read().desk.remindAfterMinutes).toBe(10);
    expect(read({ DESK_REMIND_AFTER_MINUTES: '0' }).desk.remindAfterMinutes).toBe(0);
    expect(problemsOf({ DESK_REMIND_AFTER_MINUTES: '-1' })[0]).toMatch(/^DESK_REMIND_AFTER_MINUTES: /);
  });
});

describe('a name that nobody reads', () => {
  it.each([
    ['SLACK_SIGNING_SECRTE', 'SLACK_SIGNING_SECRET'],
    ['SLACK_BOT_TOKEN_FIEL', 'SLACK_BOT_TOKEN_FILE'],
    ['SLACK_BOTTOKEN', 'SLACK_BOT_TOKEN'],
    ['SLACK_STAF', 'SLACK_STAFF'],
    ['OPENAI_APIKEY', 'OPENAI_API_KEY'],
    ['OPENAI_MODELS', 'OPENAI_MODEL'],
    ['EMAIL_ADRESS', 'EMAIL_ADDRESS'],
    ['TEAMS_TENNANT_ID', 'TEAMS_TENANT_ID'],
    ['FRONTDESK_SECRETS', 'FRONTDESK_SECRET'],
    ['FRONTDESK_CONFIGS', 'FRONTDESK_CONFIG'],
  ])('but looks like a slip is a problem: %s', (name, meant) => {
    expect(problemsOf({ [name]: 'a value of this test' })).toEqual([
      `${name}: no such setting; did you mean ${meant}?`,
    ]);
  });

  it('is left alone when it may be somebody else’s', () => {
    expect(
      problemsOf({
        FRONTDESK_PORT: 'tcp://10.0.0.1:3000',
        FRONTDESK_SERVICE_HOST: '10.0.0.1',
        FRONTDESK_PORT_3000_TCP_PROTO: 'tcp',
        OPENAI_ORG_ID: 'org-1',
        OPENAI_API_BASE: 'https://models.example.org',
        SLACK_API_TOKEN: 'xoxp-1',
        SLACK_WEBHOOK_URL: 'https://hooks.example.org',
        EMAIL_HOST: 'mail',
        SLACKBOT_TOKEN: 'xoxb-1',
        PROT: '3000',
      }),
    ).toEqual([]);
  });

  it('is no problem while it is empty, nor are the names that are read, in either form', () => {
    expect(problemsOf({ SLACK_SIGNING_SECRTE: ' ' })).toEqual([]);
    expect(problemsOf({ TEAMS_APP_ID: '1', TEAMS_APP_PASSWORD: 'a value of this test' })).toEqual([]);
  });
});

describe('processSources', () => {
  const folder = mkdtempSync(join(tmpdir(), 'frontdesk-config-'));
  afterEach(() => vi.unstubAllEnvs());

  it('reads the file that FRONTDESK_CONFIG names', () => {
    writeFileSync(join(folder, 'a.yaml'), 'server: { port: 4000 }');
    vi.stubEnv('FRONTDESK_CONFIG', join(folder, 'a.yaml'));
    expect(processSources().yaml).toBe('server: { port: 4000 }');
    vi.stubEnv('FRONTDESK_CONFIG', join(folder, 'missing.yaml'));
    expect(processSources).toThrow(
      new AppError('misconfigured', `FRONTDESK_CONFIG: cannot read ${join(folder, 'missing.yaml')}.`),
    );
    rmSync(folder, { recursive: true });
  });

  it('does without', () => {
    expect(processSources()).not.toHaveProperty('yaml');
  });
});
