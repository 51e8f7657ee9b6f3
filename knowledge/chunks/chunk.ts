import { type Block, scanBlocks } from './blocks.ts';
import { splitBlock } from './split.ts';
import { approximateTokens } from './tokens.ts';

/** A piece of a document, small enough to quote and whole enough to understand. */
export interface Chunk {
  /** Headings above the text, outermost first; the document's own title is left out. */
  readonly headings: readonly string[];
  /** Markdown. */
  readonly text: string;
  /** Approximate tokens of `text`. */
  readonly tokens: number;
}

export interface ChunkLimits {
  /** Size at which a chunk is full. */
  readonly target: number;
  /** Size that no chunk exceeds. */
  readonly max: number;
  /** Below this a section is joined with its neighbour, and a chunk is not closed at `target`. */
  readonly small: number;
}

const defaultLimits: ChunkLimits = { target: 220, max: 400, small: 60 };

interface Heading {
  readonly level: number;
  readonly text: string;
}

/** What stands under one heading. */
interface Section {
  readonly path: readonly Heading[];
  readonly blocks: readonly Block[];
}

/** Blocks that belong together: a lead-in and its list, a question and its answer. */
interface Unit {
  readonly blocks: readonly Block[];
  readonly tokens: number;
  /** A question with its answer shares its chunk with nothing else. */
  readonly alone: boolean;
}

/**
 * Cuts Markdown into chunks by its structure. Lists, tables, code and question-answer pairs stay whole up to `max`
 * approximate tokens; longer ones are cut between items, rows, lines or sentences. Only pieces of a cut paragraph
 * overlap, by a sentence. Every word of the input is in some chunk's text or headings (or is the title).
 */
export const chunk = (markdown: string, title = '', limits: ChunkLimits = defaultLimits): Chunk[] =>
  joinSmall(sections(scanBlocks(markdown)), limits).flatMap((section) => packSection(section, title, limits));

const sections = (blocks: readonly Block[]): Section[] => {
  const found: { path: readonly Heading[]; blocks: Block[] }[] = [{ path: [], blocks: [] }];
  for (const block of blocks) {
    const last = found.at(-1);
    if (block.kind === 'heading') {
      const above = (last?.path ?? []).filter((heading) => heading.level < block.level);
      found.push({ path: [...above, { level: block.level, text: block.text }], blocks: [] });
    } else last?.blocks.push(block);
  }
  // A heading without text of its own is kept by the sections below it; one that has none becomes text itself.
  return found.flatMap((section, i) => {
    if (section.blocks.length > 0) return [section];
    const heading = section.path.at(-1);
    if (!heading || found[i + 1]?.path.includes(heading)) return [];
    return [{ path: section.path.slice(0, -1), blocks: [headingLine(heading)] }];
  });
};

const headingLine = (heading: Heading): Block => ({
  kind: 'paragraph',
  text: `${'#'.repeat(heading.level)} ${heading.text}`,
});

const size = (blocks: readonly Block[]): number =>
  blocks.reduce((sum, block) => sum + approximateTokens(block.text) + 1, 0);

const isQuestion = (section: Section): boolean => section.path.at(-1)?.text.trimEnd().endsWith('?') ?? false;

/** Joins neighbouring sections where one would be too small to stand alone; a question's section always does. */
const joinSmall = (all: readonly Section[], { target, small }: ChunkLimits): Section[] => {
  const joined: { section: Section; tokens: number }[] = [];
  for (const section of all) {
    const tokens = size(section.blocks);
    const last = joined.at(-1);
    const together =
      last && !isQuestion(section) && !isQuestion(last.section) ? join(last.section, section) : undefined;
    const total = together ? size(together.blocks) : 0;
    if (last && together && total <= target && (last.tokens < small || tokens < small)) {
      joined[joined.length - 1] = { section: together, tokens: total };
    } else joined.push({ section, tokens });
  }
  return joined.map(({ section }) => section);
};

/** Two sections under the same heading as one, their own headings now inside the text; otherwise nothing. */
const join = (one: Section, other: Section): Section | undefined => {
  const differs = one.path.findIndex((heading, i) => other.path[i] !== heading);
  const shared = differs === -1 ? one.path.length : differs;
  if (one.path.length - shared > 1) return undefined;
  const inside = (section: Section) => [...section.path.slice(shared).map(headingLine), ...section.blocks];
  return { path: one.path.slice(0, shared), blocks: [...inside(one), ...inside(other)] };
};

const startsAnswer = /^(?:\*\*|__)?A(?:nswer)?(?:\*\*|__)?\s*[:.]/i;

const isQuestionBlock = (block: Block): boolean =>
  block.kind === 'paragraph' &&
  (/^(?:\*\*|__)?Q(?:uestion)?(?:\*\*|__)?\s*[:.]/i.test(block.text) ||
    /^(?:\*\*|__)[^\n]{1,300}\?(?:\*\*|__)$/.test(block.text));

const units = (blocks: readonly Block[], max: number): Unit[] => {
  const found: Unit[] = [];
  for (const block of blocks) {
    const tokens = size([block]);
    const last = found.at(-1);
    const before = last?.blocks.at(-1);
    const belongs =
      before !== undefined &&
      !isQuestionBlock(block) &&
      (last?.alone || startsAnswer.test(block.text) || (before.kind === 'paragraph' && opens(before.text, block)));
    if (last && belongs && last.tokens + tokens <= max) {
      found[found.length - 1] = { ...last, blocks: [...last.blocks, block], tokens: last.tokens + tokens };
    } else found.push({ blocks: [block], tokens, alone: isQuestionBlock(block) });
  }
  return found;
};

/** Does a paragraph introduce the block after it? A heading line inside a joined section, or a lead-in with a colon. */
const opens = (text: string, next: Block): boolean =>
  /^#{1,6} [^\n]*$/.test(text) || (next.kind !== 'paragraph' && text.trimEnd().endsWith(':'));

const packSection = (section: Section, title: string, limits: ChunkLimits): Chunk[] => {
  const all = section.path.map((heading) => heading.text);
  const headings = all[0]?.trim().toLowerCase() === title.trim().toLowerCase() ? all.slice(1) : all;
  return pack(section, limits).map((text) => ({ headings, text, tokens: approximateTokens(text) }));
};

/** What introduces a unit that has to be cut, taken off what is open: a question, a heading line, a lead-in with a colon. */
const takeLead = (open: Unit[], { blocks: [first] }: Unit, max: number): string | undefined => {
  const unit = open.at(-1);
  const last = unit?.blocks.at(-1);
  if (unit === undefined || last === undefined || first === undefined) return undefined;
  const isQuestion = unit.alone && unit.blocks.length === 1 && !isQuestionBlock(first);
  const introduces = isQuestion || (last.kind === 'paragraph' && opens(last.text, first));
  if (!introduces || approximateTokens(last.text) > max / 4) return undefined;
  open.pop();
  if (unit.blocks.length > 1) open.push({ ...unit, blocks: unit.blocks.slice(0, -1) });
  return last.text;
};

const pack = (section: Section, { target, max, small }: ChunkLimits): string[] => {
  const full: string[] = [];
  let open: Unit[] = [];
  let tokens = 0;
  const close = () => {
    if (open.length > 0) full.push(open.flatMap((unit) => unit.blocks.map((block) => block.text)).join('\n\n'));
    open = [];
    tokens = 0;
  };
  const all = units(section.blocks, max);
  for (const [i, unit] of all.entries()) {
    if (unit.tokens > max) {
      const lead = takeLead(open, unit, max);
      close();
      for (const block of unit.blocks) full.push(...splitBlock(block, max, lead));
      continue;
    }
    const sum = tokens + unit.tokens;
    const isTail = i === all.length - 1 && unit.tokens < small;
    const isFull = sum > max || (sum > target && tokens >= small && !isTail);
    if (isFull || unit.alone || open.at(-1)?.alone) close();
    open.push(unit);
    tokens += unit.tokens;
  }
  close();
  return full;
};
