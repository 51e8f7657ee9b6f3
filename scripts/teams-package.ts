/**
 * Makes the app package that is uploaded to Microsoft Teams, from adapters/teams/manifest/:
 *
 *     node scripts/teams-package.ts --app-id 00000000-1111-2222-3333-444444444444 --domain help.example.org
 *
 * Without options the environment is asked: TEAMS_APP_ID and PUBLIC_URL. Runs in a clone, with the development dependencies.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { strToU8, zipSync } from 'fflate';
import { manifestRules } from './teams/manifest-rules.ts';
import { readPng } from './teams/read-png.ts';

/** The files of adapters/teams/manifest/. */
export interface Template {
  /** manifest.json, with `{{appId}}` and `{{domain}}` where they go. */
  readonly manifest: string;
  /** A file that lies beside it. */
  readonly read: (name: string) => Uint8Array | undefined;
}

export interface Filling {
  readonly appId?: string | undefined;
  /** `help.example.org`, or the whole address of the server. */
  readonly domain?: string | undefined;
  /** Another version of the app than the manifest's: Teams takes an update only under a higher one. */
  readonly appVersion?: string | undefined;
}

export type Packaged =
  | { readonly ok: true; readonly zip: Uint8Array; readonly version: string }
  /** Each with its fix. */
  | { readonly ok: false; readonly problems: readonly string[] };

const failed = (...problems: readonly string[]): Packaged => ({ ok: false, problems });

/** Fills the manifest in, checks it and its icons by the rules of Teams, and packs all three. The same input gives the same bytes. */
export const packageTeamsApp = (template: Template, filling: Filling): Packaged => {
  const appId = filling.appId?.trim().toLowerCase() ?? '';
  const domain = domainOf(filling.domain?.trim() ?? '');
  const problems = [...appIdProblems(appId), ...('problem' in domain ? [domain.problem] : [])];
  if (problems.length > 0 || 'problem' in domain) return failed(...problems);

  const filled = template.manifest.replaceAll('{{appId}}', appId).replaceAll('{{domain}}', domain.name);
  const unknown = /\{\{[^{}]*\}\}/.exec(filled)?.[0];
  if (unknown !== undefined) return failed(`manifest.json: nothing is known for ${unknown}; write what belongs there.`);
  const json = parsed(filled);
  if (json === undefined) return failed('manifest.json: is no JSON; undo the last change to it.');
  const checked = manifestRules.safeParse(filling.appVersion ? { ...json, version: filling.appVersion } : json);
  if (!checked.success)
    return failed(
      ...checked.error.issues.map(
        ({ path, message }) => `manifest.json ${path.join('.') || 'as a whole'}: ${message.replace(/\.$/, '')}.`,
      ),
    );

  const manifest = checked.data;
  const { color, outline } = manifest.icons;
  const icons = [iconProblem(template, color, 192), outlineProblem(template, outline)].filter(
    (one) => one !== undefined,
  );
  if (icons.length > 0) return failed(...icons);
  const files = {
    'manifest.json': strToU8(`${JSON.stringify(manifest, null, 2)}\n`),
    [color]: template.read(color) ?? new Uint8Array(),
    [outline]: template.read(outline) ?? new Uint8Array(),
  };
  // Teams wants the files at the top of the archive. A fixed time, the earliest that the format knows.
  return { ok: true, zip: zipSync(files, { level: 9, mtime: new Date(1980, 0, 1) }), version: manifest.version };
};

const appIdProblems = (appId: string): readonly string[] => {
  if (appId === '')
    return ['The app id is missing: set TEAMS_APP_ID, or give --app-id, the "Microsoft App ID" of your Azure Bot.'];
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(appId) || /^[0-]+$/.test(appId))
    return [`"${appId}" is no app id: it looks like 1b2c3d4e-1111-2222-3333-444455556666, without braces.`];
  return [];
};

/** The name under which Teams reaches the server. */
const domainOf = (given: string): { readonly name: string } | { readonly problem: string } => {
  if (given === '')
    return { problem: 'The domain is missing: set PUBLIC_URL, or give --domain, as in --domain help.example.org.' };
  const url = URL.parse(/^\w+:\/\//.test(given) ? given : `https://${given}`);
  if (url?.protocol !== 'https:')
    return { problem: `"${given}" is no https:// address, and Teams takes no other: give --domain help.example.org.` };
  const name = url.hostname;
  if (url.port !== '' || url.username !== '' || url.password !== '')
    return { problem: `"${given}": a domain stands alone in the manifest; give --domain ${name}.` };
  if (isIP(name.replace(/^\[|\]$/g, '')) !== 0 || !/\.[a-z][a-z0-9-]*$/.test(name) || name.endsWith('.localhost'))
    return { problem: `"${name}" is not reached from the internet: give --domain with a public name.` };
  return { name };
};

const parsed = (text: string): Readonly<Record<string, unknown>> | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
};

const iconProblem = ({ read }: Template, name: string, side: number): string | undefined => {
  const file = read(name);
  if (file === undefined) return `${name}: is not there; put a PNG of ${side} × ${side} pixels beside the manifest.`;
  const picture = readPng(file);
  if (picture === undefined) return `${name}: is no PNG; save it as one of ${side} × ${side} pixels.`;
  if (picture.width === side && picture.height === side) return undefined;
  return `${name}: is ${picture.width} × ${picture.height} pixels; Teams wants ${side} × ${side}.`;
};

/** White on nothing: Teams lays it over grounds of its own. */
const outlineProblem = (template: Template, name: string): string | undefined => {
  const problem = iconProblem(template, name, 32);
  if (problem !== undefined) return problem;
  const rgba = readPng(template.read(name) ?? new Uint8Array())?.rgba;
  if (rgba === undefined)
    return `${name}: has no alpha channel of 8 bits; save it as an RGBA PNG that is not interlaced.`;
  const pixels = Array.from({ length: rgba.length / 4 }, (_, at) => rgba.subarray(at * 4, at * 4 + 4));
  if (!pixels.some(([, , , alpha]) => alpha === 0))
    return `${name}: has no transparent ground; take the background away.`;
  if (!pixels.some(([, , , alpha]) => alpha === 255)) return `${name}: shows nothing; draw the mark in white.`;
  const isWhite = ([red, green, blue, alpha]: Uint8Array) =>
    alpha === 0 || (red === 255 && green === 255 && blue === 255);
  return pixels.every(isWhite) ? undefined : `${name}: has colours; only white is allowed, in any transparency.`;
};

/** What lies in adapters/teams/manifest/. */
export const shippedTemplate = (): Template => {
  const at = (name: string): URL => new URL(`../adapters/teams/manifest/${name}`, import.meta.url);
  return {
    manifest: readFileSync(at('manifest.json'), 'utf8'),
    read: (name) => {
      try {
        return readFileSync(at(name));
      } catch {
        return undefined;
      }
    },
  };
};

const usage = `node scripts/teams-package.ts [--app-id <id>] [--domain <name>] [--app-version <1.0.1>] [--out <file>]

  --app-id       the bot's app id; else TEAMS_APP_ID
  --domain       where Teams reaches the server; else the one of PUBLIC_URL
  --app-version  a higher one than before, for an update
  --out          else frontdesk-teams.zip`;

/** Runs the command; returns the exit code. */
export const main = (
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  say: (line: string) => void,
): number => {
  const text = { type: 'string' } as const;
  let options: Partial<Record<'app-id' | 'domain' | 'app-version' | 'out', string>> & { help?: boolean };
  try {
    options = parseArgs({
      args: [...args],
      options: { 'app-id': text, domain: text, 'app-version': text, out: text, help: { type: 'boolean' } },
    }).values;
  } catch (error) {
    say(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    return 2;
  }
  if (options.help === true) {
    say(usage);
    return 0;
  }
  const out = options.out ?? 'frontdesk-teams.zip';
  const packaged = packageTeamsApp(shippedTemplate(), {
    appId: options['app-id'] ?? env.TEAMS_APP_ID,
    domain: options.domain ?? env.PUBLIC_URL,
    appVersion: options['app-version'],
  });
  if (!packaged.ok) {
    say(`No package was made:\n${packaged.problems.map((problem) => `  - ${problem}`).join('\n')}`);
    return 1;
  }
  try {
    writeFileSync(out, packaged.zip);
  } catch (error) {
    say(
      `${out} cannot be written (${error instanceof Error ? error.message : String(error)}); give another place with --out.`,
    );
    return 1;
  }
  say(`${out} is written (version ${packaged.version}). Upload it in Teams: Apps, Manage your apps, Upload an app.`);
  return 0;
};

if (process.argv[1] === fileURLToPath(import.meta.url))
  process.exitCode = main(process.argv.slice(2), process.env, console.log);
