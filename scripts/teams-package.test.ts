import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { strFromU8, unzipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Filling, main, packageTeamsApp, shippedTemplate, type Template } from './teams-package.ts';

const appId = '1b2c3d4e-1111-4222-8333-444455556666';
const filling: Filling = { appId, domain: 'help.example.org' };
const shipped = shippedTemplate();

const packed = (given: Filling = filling, template: Template = shipped) => {
  const result = packageTeamsApp(template, given);
  if (!result.ok) throw new Error(result.problems.join('\n'));
  return unzipSync(result.zip);
};
const manifestOf = (files: Readonly<Record<string, Uint8Array>>) =>
  JSON.parse(strFromU8(files['manifest.json'] ?? new Uint8Array()));
const problemsOf = (given: Filling, template: Template = shipped) => {
  const result = packageTeamsApp(template, given);
  return result.ok ? [] : result.problems;
};

/** The shipped manifest with a change. */
const changed = (change: (manifest: ReturnType<typeof manifestOf>) => void): Template => {
  const manifest = JSON.parse(shipped.manifest);
  change(manifest);
  return { ...shipped, manifest: JSON.stringify(manifest) };
};

/** A PNG in one colour, but for its first pixel. */
const png = (width: number, height: number, fill: readonly number[], first = fill, colourType = 6): Uint8Array => {
  const rows = Array.from({ length: height }, (_, y) => [
    0,
    ...Array.from({ length: width }, (_, x) => (x + y === 0 ? first : fill)).flat(),
  ]).flat();
  const chunk = (name: string, data: Uint8Array) => {
    const size = Buffer.alloc(4);
    size.writeUInt32BE(data.length);
    return Buffer.concat([size, Buffer.from(name), data, Buffer.alloc(4)]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, colourType, 0, 0, 0], 8);
  const signature = Buffer.from('89504e470d0a1a0a', 'hex');
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', deflateSync(Buffer.from(rows)))]);
};
const white = [255, 255, 255, 255];
const nothing = [255, 255, 255, 0];
const withIcons = (icons: Readonly<Record<string, Uint8Array | undefined>>): Template => ({
  ...shipped,
  read: (name) => (name in icons ? icons[name] : shipped.read(name)),
});

describe('the package', () => {
  it('holds the filled manifest and both icons, at the top', () => {
    const files = packed();
    expect(Object.keys(files).sort()).toEqual(['color.png', 'manifest.json', 'outline.png']);
    const manifest = manifestOf(files);
    expect(manifest.id).toBe(appId);
    expect(manifest.bots[0].botId).toBe(appId);
    expect(manifest.webApplicationInfo).toEqual({ id: appId, resource: `api://help.example.org/botid-${appId}` });
    expect(manifest.validDomains).toEqual(['help.example.org']);
    expect(manifest.developer.websiteUrl).toBe('https://help.example.org/');
    expect(strFromU8(files['manifest.json'] ?? new Uint8Array())).not.toContain('{{');
    expect(files['color.png']).toEqual(new Uint8Array(shipped.read('color.png') ?? []));
  });

  it('lets the app be everywhere, hear what the desk needs, and offers at most four questions in a place', () => {
    const manifest = manifestOf(packed());
    const [bot] = manifest.bots;
    expect(bot.scopes).toEqual(['personal', 'team', 'groupChat']);
    expect([bot.supportsFiles, bot.isNotificationOnly]).toEqual([true, false]);
    expect(manifest.authorization.permissions.resourceSpecific.map(({ name }: { name: string }) => name)).toEqual([
      'ChannelMessage.Read.Group',
      'ChatMessage.Read.Chat',
      'TeamMember.Read.Group',
      'ChatMember.Read.Chat',
    ]);
    expect(manifest.supportsChannelFeatures).toBe('tier1');
    expect(bot.commandLists.length).toBeGreaterThan(0);
    for (const { commands } of bot.commandLists) expect(commands.length).toBeLessThanOrEqual(4);
  });

  it('is the same for the same input', () => {
    expect(packageTeamsApp(shipped, filling)).toEqual(packageTeamsApp(shipped, filling));
  });

  it('takes whole addresses, capital letters and spaces as they are copied', () => {
    const manifest = manifestOf(packed({ appId: ` ${appId.toUpperCase()} `, domain: 'https://Help.Example.org/' }));
    expect([manifest.id, manifest.validDomains]).toEqual([appId, ['help.example.org']]);
  });

  it('carries the version of an update', () => {
    expect(manifestOf(packed({ ...filling, appVersion: '1.2.0' })).version).toBe('1.2.0');
    expect(problemsOf({ ...filling, appVersion: '1.2' })).toEqual([
      'manifest.json version: must be three numbers, like 1.0.1.',
    ]);
  });
});

describe('what is refused, with the fix', () => {
  it('names everything that is missing at once', () => {
    expect(problemsOf({})).toEqual([
      expect.stringMatching(/TEAMS_APP_ID.*--app-id/),
      expect.stringMatching(/PUBLIC_URL.*--domain/),
    ]);
  });

  it.each(['frontdesk', `{${appId}}`, '00000000-0000-0000-0000-000000000000', `${appId}0`])(
    'an app id like %s',
    (given) => {
      expect(problemsOf({ ...filling, appId: given })).toEqual([expect.stringContaining('is no app id')]);
    },
  );

  it.each([
    ['http://help.example.org', 'no https:// address'],
    ['http://localhost:3000', 'no https:// address'],
    ['localhost', 'not reached from the internet'],
    ['desk.localhost', 'not reached from the internet'],
    ['10.0.0.7', 'not reached from the internet'],
    ['https://[::1]/', 'not reached from the internet'],
    ['https://help.example.org:8443', 'give --domain help.example.org'],
    ['not a domain', 'no https:// address'],
  ])('a domain like %s', (given, words) => {
    expect(problemsOf({ ...filling, domain: given })).toEqual([expect.stringContaining(words)]);
  });

  it.each<[string, Parameters<typeof changed>[0], string]>([
    ['too long a name', (m) => Object.assign(m.name, { short: 'x'.repeat(31) }), 'name.short'],
    ['no full description', (m) => delete m.description.full, 'description.full'],
    ['a name that Teams does not know', (m) => Object.assign(m, { validDomain: [] }), '"validDomain"'],
    ['an unknown scope', (m) => m.bots[0].scopes.push('groupchat'), 'bots.0.scopes.3'],
    ['one scope in two lists', (m) => m.bots[0].commandLists[0].scopes.push('team'), 'bots.0.commandLists'],
    ['a bot that is for notices', (m) => Object.assign(m.bots[0], { isNotificationOnly: true }), 'isNotificationOnly'],
    ['permissions for nobody', (m) => delete m.webApplicationInfo, 'webApplicationInfo'],
    ['permissions for another app', (m) => Object.assign(m.webApplicationInfo, { id: appId.replace('1', '2') }), 'id'],
    ['another schema', (m) => Object.assign(m, { $schema: 'https://example.org/v1.2/x.json' }), '$schema'],
    ['a wrong colour', (m) => Object.assign(m, { accentColor: 'teal' }), 'accentColor'],
    ['an address without https', (m) => Object.assign(m.developer, { privacyUrl: 'http://x.org' }), 'privacyUrl'],
    ['a placeholder that nobody fills', (m) => Object.assign(m.name, { short: '{{company}}' }), '{{company}}'],
    ['an icon from elsewhere', (m) => Object.assign(m.icons, { color: '../../x.png' }), 'icons.color'],
  ])('%s', (_, change, words) => {
    expect(problemsOf(filling, changed(change))).toEqual([expect.stringContaining(words)]);
  });

  it('a manifest that is no JSON', () => {
    expect(problemsOf(filling, { ...shipped, manifest: '{' })).toEqual([expect.stringContaining('is no JSON')]);
  });

  it.each<[string, Readonly<Record<string, Uint8Array | undefined>>, string]>([
    ['a colour icon of another size', { 'color.png': png(96, 96, white) }, 'color.png: is 96 × 96 pixels'],
    ['a colour icon that is not there', { 'color.png': undefined }, 'color.png: is not there'],
    ['an outline that is no PNG', { 'outline.png': new Uint8Array([71, 73, 70]) }, 'outline.png: is no PNG'],
    ['an outline that is cut off', { 'outline.png': png(32, 32, white).subarray(0, 50) }, 'outline.png: is no PNG'],
    ['an outline without alpha', { 'outline.png': png(32, 32, [9, 9, 9], [9, 9, 9], 2) }, 'no alpha channel'],
    ['an outline on a ground', { 'outline.png': png(32, 32, white) }, 'no transparent ground'],
    ['an empty outline', { 'outline.png': png(32, 32, nothing) }, 'shows nothing'],
    ['a coloured outline', { 'outline.png': png(32, 32, [0, 9, 9, 255], nothing) }, 'only white'],
  ])('%s', (_, icons, words) => {
    expect(problemsOf(filling, withIcons(icons))).toEqual([expect.stringContaining(words)]);
  });

  it('but not icons of your own that keep to the rules', () => {
    const own = { 'color.png': png(192, 192, [200, 10, 10], [0, 0, 0], 2), 'outline.png': png(32, 32, white, nothing) };
    expect(problemsOf(filling, withIcons(own))).toEqual([]);
  });
});

describe('the command', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'teams-package-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}) => {
    const lines: string[] = [];
    return { code: main(args, env, (line) => lines.push(line)), said: lines.join('\n') };
  };

  it('asks the environment for what is not given', () => {
    const out = join(folder, 'app.zip');
    const env = { TEAMS_APP_ID: appId, PUBLIC_URL: 'https://help.example.org' };
    expect(run(['--out', out], env)).toEqual({ code: 0, said: expect.stringContaining(out) });
    expect(manifestOf(unzipSync(readFileSync(out))).validDomains).toEqual(['help.example.org']);
    expect(run(['--out', out, '--domain', 'desk.example.net'], env).code).toBe(0);
    expect(manifestOf(unzipSync(readFileSync(out))).validDomains).toEqual(['desk.example.net']);
  });

  it('says what is wrong and writes nothing', () => {
    const { code, said } = run(['--out', join(folder, 'app.zip')], { PUBLIC_URL: 'http://localhost:3000' });
    expect(code).toBe(1);
    expect(said).toContain('No package was made');
    expect(said.match(/^ {2}- /gm)?.length).toBe(2);
    expect(() => readFileSync(join(folder, 'app.zip'))).toThrow();
  });

  it('says so when the file cannot be written', () => {
    const out = join(folder, 'nowhere', 'app.zip');
    const { code, said } = run(['--out', out, '--app-id', appId, '--domain', 'help.example.org']);
    expect([code, said]).toEqual([1, expect.stringContaining(`${out} cannot be written`)]);
  });

  it('explains itself', () => {
    expect(run(['--help'])).toEqual({ code: 0, said: expect.stringContaining('--app-id') });
    expect(run(['--appid', appId])).toEqual({ code: 2, said: expect.stringContaining('--app-id') });
  });
});
