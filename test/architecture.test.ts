import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseModule, resolveImport } from './parse-module.ts';
import { repositoryFiles, repositoryRoot } from './source-files.ts';

/**
 * Who may import whom. A path that ends in a slash means everything below it; a part may always import itself. Types count
 * like values. Tests beside the code are free: they put the parts together.
 */
interface Rule {
  /** A folder (ending in a slash) or a single file. */
  readonly part: string;
  /** Our own files that it may import, or `everything`. */
  readonly may: readonly string[] | 'everything';
  /** npm packages and node: modules that it may import, where that is limited. */
  readonly packages?: readonly string[];
  /** Everything it takes from its neighbours must be types. */
  readonly typesOnly?: boolean;
}

const core = 'src/core/';

const rules: readonly Rule[] = [
  { part: core, may: [], packages: ['zod', '@orama/stemmers'] },
  { part: 'src/pipeline/', may: [core] },
  { part: 'src/agent/', may: [core] },
  { part: 'src/desk/', may: [core] },
  { part: 'src/store/', may: [core] },
  { part: 'src/observe/', may: [core] },
  { part: 'src/http/', may: [core, 'src/pipeline/'] },
  {
    part: 'src/cli/',
    may: [
      core,
      'src/pipeline/',
      'src/compose.ts',
      'src/compose-foundation.ts',
      'src/compose-health.ts',
      'src/operations.ts',
      'src/config.ts',
      'adapters/index.ts',
    ],
  },
  { part: 'src/setting.ts', may: [core] },
  { part: 'src/settings/', may: [core, 'src/setting.ts'] },
  { part: 'src/settings.ts', may: [core, 'src/setting.ts', 'src/settings/'] },
  { part: 'src/channel-settings.ts', may: [core, 'src/setting.ts', 'src/settings.ts'] },
  { part: 'src/misspelt-names.ts', may: [] },
  { part: 'src/problem-in-words.ts', may: [] },
  {
    part: 'src/config.ts',
    may: [
      core,
      'src/setting.ts',
      'src/settings.ts',
      'src/channel-settings.ts',
      'src/misspelt-names.ts',
      'src/problem-in-words.ts',
    ],
  },
  { part: 'src/compose.ts', may: 'everything' },
  { part: 'src/compose-channels.ts', may: 'everything' },
  { part: 'src/compose-desk.ts', may: 'everything' },
  { part: 'src/compose-foundation.ts', may: 'everything' },
  { part: 'src/compose-health.ts', may: 'everything' },
  { part: 'src/compose-impact.ts', may: 'everything' },
  { part: 'src/compose-knowledge.ts', may: 'everything' },
  { part: 'src/compose-learning.ts', may: 'everything' },
  { part: 'src/compose-sync.ts', may: 'everything' },
  {
    part: 'src/compose-http.ts',
    may: [core, 'src/config.ts', 'src/http/', 'src/pipeline/', 'src/store/', 'adapters/web/'],
  },
  { part: 'src/operations.ts', may: [core, 'knowledge/'] },
  { part: 'src/main.ts', may: [core, 'src/cli/'] },
  { part: 'knowledge/', may: [core] },
  { part: 'adapters/index.ts', may: [core, 'adapters/'] },
  { part: 'adapters/shared/', may: [core] },
  ...channels().map((folder) => ({ part: folder, may: [core, 'adapters/shared/'] })),
  { part: 'web/', may: [core, 'src/http/wire.ts'], typesOnly: true },
];

/** SDKs that stay behind one part, so that replacing one is a change in one place. */
const packageHomes: readonly { readonly packages: RegExp; readonly homes: readonly string[] }[] = [
  { packages: /^(langchain|@langchain\/.+)$/, homes: ['src/agent/'] },
  { packages: /^(botbuilder|botframework-.+)$/, homes: ['adapters/teams/'] },
  { packages: /^@slack\/.+$/, homes: ['adapters/slack/'] },
  { packages: /^(imapflow|nodemailer|mailauth|planer)$/, homes: ['adapters/email/'] },
  { packages: /^postal-mime$/, homes: ['adapters/email/', 'knowledge/formats/'] },
  {
    packages: /^(mammoth|unpdf|@e965\/xlsx|fflate|fast-xml-parser|linkedom|@mozilla\/readability)$/,
    homes: ['knowledge/formats/'],
  },
  { packages: /^(pg|pg-boss|ioredis|@electric-sql\/.+)$/, homes: ['src/store/'] },
  { packages: /^(react|react-dom)$/, homes: ['web/'] },
  { packages: /^(vite|vitest|playwright-core|fast-check|@copilotkit\/.+)$/, homes: ['web/vite.config.ts'] },
];

/** The only files of the product that read the environment; everyone else is given settings. */
const readsEnvironment = ['src/config.ts', 'src/main.ts'];

const longest = 400;
const long = 350;

const product = /^(src|adapters|knowledge|web)\/.*\.tsx?$/;
const modules = repositoryFiles()
  .filter((path) => product.test(path) && !/\.test\.tsx?$|\.d\.ts$/.test(path))
  .map((path) => {
    const source = readFileSync(join(repositoryRoot, path), 'utf8');
    const { imports, readsEnvironment } = parseModule(path, source);
    return { path, lines: source.split('\n').length, imports, readsEnvironment };
  });

const covers = (part: string, path: string): boolean => (part.endsWith('/') ? path.startsWith(part) : path === part);
const isOurs = (target: string): boolean => /^(src|adapters|knowledge|web|test|bench|scripts)\//.test(target);

describe('the table', () => {
  it('looks at a whole product', () => {
    expect(modules.length).toBeGreaterThan(60);
    expect(modules.flatMap((module) => module.imports).length).toBeGreaterThan(modules.length);
  });

  it.each(rules.map((rule) => rule.part))('has files for %s', (part) => {
    expect(modules.filter((module) => covers(part, module.path)).length).toBeGreaterThan(0);
  });

  it('leaves no file without a rule', () => {
    const orphans = modules.filter((module) => !rules.some((rule) => covers(rule.part, module.path)));
    expect(orphans.map((module) => module.path)).toEqual([]);
  });
});

describe('imports', () => {
  it.each(rules)('$part asks only those it may', ({ part, may, packages, typesOnly }) => {
    const offences = modules
      .filter((module) => covers(part, module.path))
      .flatMap(({ path, imports }) =>
        imports.flatMap((entry) => {
          const target = resolveImport(path, entry.specifier);
          if (covers(part, target) || may === 'everything') return [];
          if (!isOurs(target)) {
            return packages && !packages.includes(target) ? [`${path} imports the package ${target}`] : [];
          }
          if (!may.some((allowed) => covers(allowed, target))) return [`${path} imports ${target}`];
          return typesOnly && !entry.typesOnly ? [`${path} imports more than types from ${target}`] : [];
        }),
      );
    expect(offences).toEqual([]);
  });

  it.each(packageHomes)('only $homes imports $packages', ({ packages, homes }) => {
    const offences = modules
      .filter((module) => !homes.some((home) => covers(home, module.path)))
      .flatMap(({ path, imports }) => imports.map((entry) => ({ path, target: resolveImport(path, entry.specifier) })))
      .filter(({ target }) => packages.test(target));
    expect(offences).toEqual([]);
  });

  it('leaves the environment to the settings', () => {
    const readers = modules.filter((module) => module.readsEnvironment && !module.path.startsWith('web/'));
    expect(readers.map((module) => module.path).filter((path) => !readsEnvironment.includes(path))).toEqual([]);
    expect(readers.length).toBeGreaterThan(0);
  });
});

describe('files', () => {
  it(`stay under ${longest} lines`, () => {
    const worthALook = modules.filter((module) => module.lines > long);
    for (const { path, lines } of worthALook) console.warn(`${path} has ${lines} lines: is it one thing?`);
    expect(worthALook.filter((module) => module.lines > longest).map((module) => module.path)).toEqual([]);
  });

  it('name no machine and no registry', () => {
    const forbidden = [...homeOfThisClone(), ...packageHosts()];
    const personal = /(?:^|[\s"'`(=:])\/(?:home|Users)\/[\w.-]+\//m;
    const texts = repositoryFiles()
      .filter((path) => path !== 'package-lock.json')
      .map((path) => ({ path, text: readFileSync(join(repositoryRoot, path), 'latin1') }))
      .filter(({ text }) => !text.includes('\0'));
    expect(texts.length).toBeGreaterThan(60);
    const offences = texts.flatMap(({ path, text }) => [
      ...forbidden.filter((word) => text.includes(word)).map((word) => `${path} names ${word}`),
      ...(personal.test(text) ? [`${path} names somebody's home folder`] : []),
    ]);
    expect(offences).toEqual([]);
  });
});

/** One folder per channel, found rather than listed, so that a new one cannot escape its rule. */
function channels(): readonly string[] {
  const folders = repositoryFiles().flatMap((path) => /^adapters\/[^/]+\//.exec(path)?.[0] ?? []);
  return [...new Set(folders)].filter((folder) => folder !== 'adapters/shared/');
}

/** The folder above this clone, unless it is one that everybody has. */
function homeOfThisClone(): readonly string[] {
  const parent = `${dirname(repositoryRoot.replace(/\/$/, ''))}/`;
  return ['/', '//', '/tmp/', '/app/', '/usr/', '/srv/', '/opt/', '/home/', '/root/'].includes(parent) ? [] : [parent];
}

/** Hosts that this machine installs packages from; where they are is nobody else's business. */
function packageHosts(): readonly string[] {
  const answers = [
    said('npm', ['config', 'get', 'registry']),
    existsSync('/usr/bin/apt-get') ? said('apt-get', ['indextargets', '--format', '$(SITE)']) : '',
  ];
  const hosts = answers.flatMap((answer) =>
    [...answer.matchAll(/^https?:\/\/([^/\s]+)/gm)].map((match) => `${match[1]}`),
  );
  return [...new Set(hosts)].filter((host) => host.includes('.'));
}

function said(program: string, args: readonly string[]): string {
  try {
    return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return '';
  }
}
