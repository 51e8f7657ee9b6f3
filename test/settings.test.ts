import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readConfig } from '#src/config.ts';
import { describeSettings } from '#src/settings.ts';

const example = readFileSync(new URL('../.env.example', import.meta.url), 'utf8');
const lines = example.split('\n').flatMap((line) => {
  const [, name, value] = /^#?([A-Z][A-Z0-9_]*)=(.*)$/.exec(line) ?? [];
  return name === undefined ? [] : [{ name, value: value ?? '' }];
});
const settings = describeSettings();

const read = (env: Readonly<Record<string, string>>) =>
  readConfig({ env, readFile: () => '', localSecret: () => 'a secret of this test' });

describe('.env.example', () => {
  it('documents every setting, once, and no other', () => {
    expect(settings.length).toBeGreaterThan(30);
    expect(lines.map(({ name }) => name).sort()).toEqual(settings.map(({ env }) => env).sort());
  });

  it('says what each is for', () => {
    for (const { env, about } of settings) {
      expect(about, env).toMatch(/\w.*\w/);
      expect(example, env).toContain(about);
    }
  });

  it('sets nothing by itself, and holds no secret', () => {
    for (const line of example.split('\n')) expect(line).toMatch(/^(?:#.*)?$/);
    for (const { env, secret } of settings) {
      if (secret) expect(lines.find(({ name }) => name === env)?.value, env).toBe('');
    }
  });

  it('shows the defaults: setting every line as it stands changes nothing', () => {
    const shown = Object.fromEntries(lines.map(({ name, value }) => [name, value]));
    expect(read(shown)).toEqual(read({}));
  });
});

describe('settings', () => {
  it('have names that are their own', () => {
    const names = settings.map(({ env }) => env);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) {
      expect(name).toMatch(/^[A-Z][A-Z0-9_]*$/);
      // NAME_FILE is how a secret is read from a file.
      expect(name).not.toMatch(/_FILE$/);
    }
  });
});
