import { cleanLine } from '../shared/clean.ts';

/** Commands that people at the desk write on lines of their own. */
const plain = ['claim', 'resolve', 'return', 'reopen', 'publish', 'dismiss'] as const;
type PlainCommand = (typeof plain)[number];

/** One thing that a mail to the desk asks for. */
export type DeskPart =
  | { readonly kind: 'reply'; readonly text: string }
  | { readonly kind: 'note'; readonly text: string }
  | { readonly kind: 'command'; readonly action: PlainCommand }
  /** `person`: who is to have the case, by name or mail address; without, whoever says so. */
  | { readonly kind: 'command'; readonly action: 'reassign'; readonly person?: string };

/** The parts in the order in which they take effect; `reason` is a sentence for whoever wrote something that is no command. */
export type DeskParts =
  | { readonly ok: true; readonly parts: readonly DeskPart[] }
  | { readonly ok: false; readonly reason: string };

const all = '/claim, /resolve, /return, /reopen, /reassign, /note, /publish or /dismiss';
const commandLine = /^\s*\/(claim|resolve|return|reopen|publish|dismiss|reassign|note)(?:[\s.!]+(.*))?$/iu;
const wouldBe = /^\s*\/[a-z]{3,20}[\s.!]*$/iu;

const isPlain = (name: string): name is PlainCommand => plain.some((one) => one === name);

/** Lines that code is written between are text, whatever they look like. */
const fenced = (lines: readonly string[]): readonly boolean[] => {
  let inside = false;
  return lines.map((line) => {
    const isFence = /^\s*(```|~~~)/.test(line);
    if (isFence) inside = !inside;
    return inside || isFence;
  });
};

const textOf = (lines: readonly string[]): string =>
  lines
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();

/** What must have happened before the words of the same mail can be passed on, and what follows them. */
const isFirst = (part: DeskPart): boolean =>
  part.kind === 'command' &&
  (part.action === 'claim' || part.action === 'reopen' || (part.action === 'reassign' && part.person === undefined));

/**
 * Takes a mail's new text apart: commands, the words for the customer, a note. `/note` makes a note of everything after it,
 * `//` at the very beginning of everything. What looks like a command and is none is refused, so that no customer ever reads it.
 * Files without any words are an answer themselves.
 */
export const deskParts = (text: string, hasFiles: boolean): DeskParts => {
  const lines = text.split('\n');
  const isCode = fenced(lines);
  const commands: DeskPart[] = [];
  const reply: string[] = [];
  let note: string[] | undefined;
  for (const [index, line] of lines.entries()) {
    const [, given, rest = ''] = isCode[index] === true ? [] : (commandLine.exec(line) ?? []);
    const name = given?.toLowerCase();
    const value = cleanLine(rest, 200);
    if (name === undefined) (note ?? reply).push(line);
    else if (name === 'note') note = [...(note ?? []), rest];
    else if (name === 'reassign')
      commands.push({ kind: 'command', action: 'reassign', ...(value === '' ? {} : { person: value }) });
    else if (isPlain(name)) {
      if (value !== '') return { ok: false, reason: `/${name} belongs on a line of its own.` };
      commands.push({ kind: 'command', action: name });
    }
  }
  const words = textOf(reply);
  const wordLines = words.split('\n');
  const typo = [wordLines[0], wordLines.at(-1)].find((line) => line !== undefined && wouldBe.test(line));
  if (typo !== undefined)
    return { ok: false, reason: `${cleanLine(typo, 30)} is no command: use ${all} on a line of its own.` };
  const isNote = words.startsWith('//');
  const noted = [isNote ? words : '', textOf(note ?? [])].filter((part) => part !== '').join('\n\n');
  const unique = commands.filter(
    (part, index) =>
      commands.findIndex(
        (other) => other.kind === 'command' && part.kind === 'command' && other.action === part.action,
      ) === index,
  );
  return {
    ok: true,
    parts: [
      ...unique.filter(isFirst),
      ...(isNote || (words === '' && (noted !== '' || !hasFiles)) ? [] : [{ kind: 'reply' as const, text: words }]),
      ...(noted === '' ? [] : [{ kind: 'note' as const, text: noted }]),
      ...unique.filter((part) => !isFirst(part)),
    ],
  };
};
