/**
 * `npm run check`: every static gate at once, one line as each finishes, the output of those that failed, and a table.
 * A gate that examined nothing fails, whatever its exit code says.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

interface Gate {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  /** What is counted, for the table. */
  readonly unit: string;
  /** How much the gate looked at, read from its own output. */
  readonly examined: (output: string) => number;
  /** Lines of the output that are bookkeeping, not findings. */
  readonly noise?: (line: string) => boolean;
}

interface Result {
  readonly gate: Gate;
  readonly ok: boolean;
  readonly examined: number;
  readonly seconds: number;
  readonly findings: string;
}

/** Lines of a failed gate's output that are printed. */
const longestReport = 150;

const root = fileURLToPath(new URL('..', import.meta.url));

/** `tsc --listFiles` prints every file it read, ours and the libraries'. */
const isListedFile = (line: string): boolean => line.startsWith('/') && existsSync(line);
const isOurs = (line: string): boolean => isListedFile(line) && !relative(root, line).match(/^\.\.|node_modules/);

const types = (name: string, project: string): Gate => ({
  name,
  command: ['tsc', '-p', project, '--noEmit', '--listFiles', '--pretty', 'false'],
  unit: 'files',
  examined: (output) => output.split('\n').filter(isOurs).length,
  noise: isListedFile,
});

const numberIn = (pattern: RegExp) => (output: string) => Number(pattern.exec(output)?.[1] ?? 0);

const gates: readonly Gate[] = [
  types('types', '.'),
  ...(existsSync(`${root}web/tsconfig.json`) ? [types('types of web', 'web')] : []),
  {
    name: 'lint and format',
    command: ['biome', 'ci', '--colors=off', '--diagnostic-level=warn', '--max-diagnostics=40'],
    unit: 'files',
    examined: numberIn(/Checked (\d+) files?/),
  },
  {
    name: 'dead code',
    command: ['knip', '--no-progress', '--reporter', 'symbols', '--reporter', './scripts/ci/knip-counts.ts'],
    unit: 'files',
    examined: numberIn(/knip examined (\d+) of/),
  },
  {
    name: 'architecture',
    command: ['vitest', 'run', 'test/architecture.test.ts'],
    unit: 'tests',
    examined: numberIn(/Tests .*?(\d+) passed/),
  },
];

function run(gate: Gate): Promise<Result> {
  const started = performance.now();
  const [program, ...args] = gate.command;
  const { promise, resolve } = Promise.withResolvers<Result>();
  const finish = (code: number | null, output: string): void => {
    const examined = gate.examined(output);
    const findings = output
      .split('\n')
      .filter((line) => !gate.noise?.(line))
      .join('\n')
      .trim();
    const seconds = (performance.now() - started) / 1000;
    resolve({ gate, ok: code === 0 && examined > 0, examined, seconds, findings });
  };
  const child = spawn(program, args, {
    cwd: root,
    env: { ...process.env, PATH: `${root}node_modules/.bin:${process.env.PATH}`, NO_COLOR: '1', FRONTDESK_GATE: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.on('error', (error) => finish(1, `${program} did not start (${error.message}); run npm ci first`));
  child.on('close', (code) => finish(code, Buffer.concat(chunks).toString('utf8')));
  return promise;
}

function line({ gate, ok, examined, seconds }: Result): string {
  const why = ok || examined > 0 ? '' : '   it examined nothing';
  return `${ok ? 'pass' : 'FAIL'}  ${gate.name.padEnd(16)} ${`${examined} ${gate.unit}`.padStart(10)}  ${seconds.toFixed(1).padStart(5)} s${why}`;
}

const results = await Promise.all(
  gates.map(async (gate) => {
    const result = await run(gate);
    console.log(`… ${gate.name}: ${result.ok ? 'passed' : 'failed'}`);
    return result;
  }),
);

const failed = results.filter((result) => !result.ok);
for (const { gate, findings } of failed) {
  const lines = findings.split('\n');
  const rest = lines.length - longestReport;
  console.log(`\n── ${gate.name}: ${gate.command.join(' ')}\n${lines.slice(0, longestReport).join('\n')}`);
  if (rest > 0) console.log(`… and ${rest} more lines; run the command above to see them`);
}
console.log(`\n${results.map(line).join('\n')}`);
process.exitCode = failed.length === 0 ? 0 : 1;
