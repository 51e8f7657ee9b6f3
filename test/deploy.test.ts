/**
 * The image and the compose file, checked as far as that goes without a Docker engine: what they name exists, what they
 * set is a setting, what they run is a command, and who may do what.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { describeSettings } from '#src/settings.ts';
import { repositoryFiles, repositoryRoot } from './source-files.ts';

const at = (path: string): string => join(repositoryRoot, path);
const read = (path: string): string => readFileSync(at(path), 'utf8');

const settings = new Set(describeSettings().map((setting) => setting.env));
/** A secret may also come as `NAME_FILE`. */
const isSetting = (name: string): boolean => settings.has(name) || settings.has(name.replace(/_FILE$/, ''));
const isCommand = (name: string): boolean => existsSync(at(`src/cli/${name}.ts`));

interface Instruction {
  readonly name: string;
  readonly rest: string;
}

/** The instructions of the Dockerfile, continued lines joined, grouped by stage. */
function stages(): readonly { readonly name: string; readonly from: string; readonly steps: readonly Instruction[] }[] {
  const lines = read('Dockerfile')
    .replace(/\\\n/g, ' ')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  const found: { name: string; from: string; steps: Instruction[] }[] = [];
  for (const line of lines) {
    const [name = '', rest = ''] = line.split(/\s+(.*)/s);
    if (name !== 'FROM') {
      found.at(-1)?.steps.push({ name, rest });
      continue;
    }
    const [from = '', , as = ''] = rest.split(/\s+/);
    found.push({ name: as, from, steps: [] });
  }
  return found;
}

const all = stages();
const runtime = all.at(-1) ?? { name: '', from: '', steps: [] };
const rests = (name: string): readonly string[] =>
  runtime.steps.filter((step) => step.name === name).map((step) => step.rest);
const environment = new Map(
  [
    ...rests('ENV')
      .join(' ')
      .matchAll(/(\w+)=(\S+)/g),
  ].map((match) => [match[1], match[2]]),
);

describe('Dockerfile', () => {
  it('builds in stages of Node 24', () => {
    expect(all.length).toBeGreaterThan(1);
    expect(all.map((stage) => stage.from)).toEqual(all.map(() => 'node:24-slim'));
  });

  it('copies what exists, from the clone or from an earlier stage', () => {
    const copies = all.flatMap((stage) => stage.steps.filter((step) => step.name === 'COPY').map((step) => step.rest));
    expect(copies.length).toBeGreaterThan(5);
    const files = repositoryFiles();
    const names = all.map((stage) => stage.name);
    for (const copy of copies) {
      const from = /^--from=(\S+)/.exec(copy)?.[1];
      if (from !== undefined) expect(names).toContain(from);
      const sources = from === undefined ? copy.split(/\s+/).slice(0, -1) : [];
      for (const source of sources) {
        expect(
          files.some((file) => file === source || file.startsWith(`${source}/`)),
          source,
        ).toBe(true);
        expect(isLetIn(source), `.dockerignore keeps ${source} out`).toBe(true);
      }
    }
  });

  it('carries every folder that the product loads at run time', () => {
    const copied = rests('COPY').join('\n');
    for (const folder of ['src', 'adapters', 'knowledge', 'migrations', 'web/dist', 'node_modules']) {
      expect(copied).toMatch(new RegExp(`\\b${folder}\\b`));
    }
  });

  it('leaves development dependencies behind', () => {
    const source = /--from=(\S+) \/app\/node_modules/.exec(rests('COPY').join('\n'))?.[1];
    const stage = all.find((candidate) => candidate.name === source);
    expect(stage?.steps.some((step) => step.name === 'RUN' && step.rest.includes('npm ci --omit=dev'))).toBe(true);
  });

  it('runs as a user without privileges, and says how it is', () => {
    expect(rests('USER')).toEqual(['node']);
    expect(rests('HEALTHCHECK').join()).toContain('/livez');
  });

  it('starts a real command', () => {
    const [program, entry] = words(rests('ENTRYPOINT').join());
    expect(program).toBe('node');
    expect(existsSync(at(entry ?? ''))).toBe(true);
    expect(words(rests('CMD').join()).map(isCommand)).toEqual([true]);
  });

  it('sets settings only', () => {
    expect(environment.size).toBeGreaterThan(2);
    expect(settings.size).toBeGreaterThan(20);
    expect([...environment.keys()].filter((name) => name !== 'NODE_ENV' && !isSetting(name ?? ''))).toEqual([]);
  });
});

const health = z.union([z.object({ disable: z.literal(true) }), z.object({ test: z.array(z.string()).min(2) })]);
const service = z.object({
  image: z.string(),
  build: z.string().optional(),
  command: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()).default({}),
  secrets: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  profiles: z.array(z.string()).default([]),
  healthcheck: health.optional(),
  ports: z.array(z.string()).default([]),
  read_only: z.boolean().optional(),
  init: z.boolean().optional(),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
});
const composition = z.object({
  services: z.record(z.string(), service),
  volumes: z.record(z.string(), z.unknown()),
  secrets: z.record(z.string(), z.object({ file: z.string() })),
});

const compose = composition.parse(parse(read('docker-compose.yml'), { merge: true }));
const services = Object.entries(compose.services);
const ours = services.filter(([, { build }]) => build !== undefined);

describe('docker-compose.yml', () => {
  it('has what a deployment needs', () => {
    expect(Object.keys(compose.services)).toEqual(
      expect.arrayContaining(['migrate', 'web', 'worker', 'postgres', 'redis', 'mailpit', 'proxy']),
    );
    expect(ours.map(([name]) => name)).toEqual(['migrate', 'web', 'worker']);
  });

  it('runs real commands, under an init, without writing to its own image', () => {
    for (const [name, { command = [], init, read_only }] of ours) {
      expect(isCommand(command[0] ?? ''), name).toBe(true);
      expect({ init, read_only }).toEqual({ init: true, read_only: true });
    }
  });

  it('gives our processes settings only, and secrets as files', () => {
    for (const [name, { environment }] of ours) {
      expect(Object.keys(environment).filter((key) => !isSetting(key))).toEqual([]);
      const files = Object.entries(environment).filter(([key]) => key.endsWith('_FILE'));
      expect(files.length, name).toBeGreaterThan(0);
      for (const [key, path] of files) expect(compose.services[name]?.secrets.map(mounted), key).toContain(path);
    }
  });

  it('migrates before anything runs', () => {
    for (const [name, { depends_on }] of ours) {
      if (name === 'migrate') expect(depends_on).toEqual({ postgres: { condition: 'service_healthy' } });
      else expect(depends_on.migrate).toEqual({ condition: 'service_completed_successfully' });
    }
  });

  it.each(services)(
    '%s is healthy or not, and waits only for what exists',
    (_name, { build, healthcheck, depends_on }) => {
      expect(build !== undefined || healthcheck !== undefined).toBe(true);
      for (const [target, { condition }] of Object.entries(depends_on)) {
        const other = compose.services[target];
        expect(other, target).toBeDefined();
        if (condition !== 'service_healthy') continue;
        expect(other?.build !== undefined || (other?.healthcheck && 'test' in other.healthcheck)).toBe(true);
      }
    },
  );

  it.each(services)('%s mounts only what is declared or in the repository', (_name, { volumes, secrets }) => {
    for (const volume of volumes) {
      const [source = ''] = volume.split(':');
      expect(source.startsWith('./') ? existsSync(at(source)) : source in compose.volumes, volume).toBe(true);
    }
    for (const secret of secrets) expect(Object.keys(compose.secrets)).toContain(secret);
  });

  it('names versions, and listens for the world only through the proxy', () => {
    for (const [name, { image, build, ports }] of services) {
      if (build === undefined) expect(image, name).toMatch(/:[\w.-]*\d/);
      if (name !== 'proxy') for (const port of ports) expect(port, name).toMatch(/^127\.0\.0\.1:/);
    }
  });

  it('probes and publishes the port that the image serves', () => {
    const port = environment.get('PORT');
    expect(compose.services.web?.ports).toEqual([`127.0.0.1:${port}:${port}`]);
    expect(read('deploy/Caddyfile')).toContain(`reverse_proxy web:${port}`);
  });
});

describe('deploy/make-secrets.sh', () => {
  it('makes every secret that the compose file mounts, once, closed to other users', () => {
    const folder = mkdtempSync(join(tmpdir(), 'frontdesk-secrets-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const make = (): string => execFileSync(at('deploy/make-secrets.sh'), [folder], { encoding: 'utf8' });
    make();
    const made = readdirSync(folder).sort();
    expect(made.map((name) => `deploy/secrets/${name}`)).toEqual(
      Object.values(compose.secrets)
        .map((secret) => secret.file)
        .sort(),
    );
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    const contents = made.map((name) => readFileSync(join(folder, name), 'utf8'));
    for (const content of contents) expect(content.length).toBeGreaterThan(30);
    const password = readFileSync(join(folder, 'postgres_password'), 'utf8');
    expect(readFileSync(join(folder, 'database_url'), 'utf8')).toBe(
      `postgres://frontdesk:${password}@postgres:5432/frontdesk`,
    );
    expect(make()).toBe('');
    expect(made.map((name) => readFileSync(join(folder, name), 'utf8'))).toEqual(contents);
  });
});

const mounted = (secret: string): string => `/run/secrets/${secret}`;
const words = (list: string): readonly string[] => z.array(z.string()).parse(JSON.parse(list));

/** Whether `.dockerignore` (last matching line wins, as Docker reads it) lets a path into the build. */
function isLetIn(path: string): boolean {
  let letIn = true;
  for (const line of read('.dockerignore').split('\n')) {
    const pattern = line.replace(/^!/, '').replace(/\/\*$/, '');
    if (line === '' || line.startsWith('#') || pattern.startsWith('**')) continue;
    const hit = pattern === '*' || path === pattern || path.startsWith(`${pattern}/`);
    if (hit) letIn = line.startsWith('!');
  }
  return letIn;
}
