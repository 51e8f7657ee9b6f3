import { styleText } from 'node:util';

const colours = {
  trace: 'gray',
  debug: 'gray',
  info: 'green',
  warn: 'yellow',
  error: 'red',
  fatal: 'magenta',
} as const;

/** A line of the JSON log as a developer reads it: time, level, message, fields, and the stack below. */
export const formatPretty = (line: string): string => {
  const { time, level, message, pid: _pid, ...fields } = JSON.parse(line) as Record<string, unknown>;
  const clock = String(time).slice(11, 23);
  const label = String(level).toUpperCase().padEnd(5);
  const colour = isLevel(level) ? colours[level] : 'white';
  const [stacks, rest] = takeStacks(fields);
  const details = Object.entries(rest).map(([name, value]) => `${name}=${showValue(value)}`);
  const parts = [
    paint('gray', clock),
    paint(colour, label),
    visible(String(message ?? '')),
    paint('gray', details.join(' ')),
  ];
  return `${parts.filter(Boolean).join(' ')}\n${stacks.map((stack) => `${paint('gray', indent(stack))}\n`).join('')}`;
};

const isLevel = (level: unknown): level is keyof typeof colours => typeof level === 'string' && level in colours;

/** An empty text stays empty, without colour codes around nothing. Whether to colour was decided by the terminal. */
const paint = (colour: Parameters<typeof styleText>[0], text: string): string =>
  text === '' ? '' : styleText(colour, text, { stream: process.stderr });

/** Errors in one line, and what else there is to say about them below it. */
const takeStacks = (fields: Record<string, unknown>): readonly [readonly string[], Record<string, unknown>] => {
  const stacks: string[] = [];
  const rest = Object.entries(fields).map(([name, value]): [string, unknown] => {
    if (typeof value !== 'object' || value === null || !('stack' in value)) return [name, value];
    const { stack, ...error } = value;
    stacks.push(String(stack).split('\n').map(visible).join('\n'));
    return [name, error];
  });
  return [stacks, Object.fromEntries(rest)];
};

const showValue = (value: unknown): string =>
  typeof value === 'string' && /^[\w:./@+-]+$/.test(value) ? value : visible(JSON.stringify(value));

/** What somebody else wrote must not steer the terminal: control characters are shown, not sent. */
const visible = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  text.replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });

const indent = (text: string): string => text.replace(/^/gm, '    ');
