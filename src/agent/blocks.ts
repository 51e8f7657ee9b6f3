/** What stands together in a text: the lines of a paragraph, a list with all that belongs to its items, a table, code. */
export interface Block {
  readonly kind: 'paragraph' | 'list' | 'table' | 'code';
  readonly lines: string[];
  /** Blocks under the same heading share a number. */
  readonly section: number;
  /** The heading above, as plain text. */
  readonly heading: string | undefined;
}

const listItem = /^\s*(?:[-*+•]|\d{1,9}[.)])\s+\S/;
const ordered = /^\s{0,3}(\d{1,9})[.)]\s/;
const atxHeading = /^ {0,3}#{1,6}\s/;
const underline = /^ {0,3}(?:=+|-{2,})\s*$/;
const fence = /^\s*(`{3,}(?=[^`]*$)|~{3,})/;
const rule = /^\s*(?:(?:-\s*){3,}|(?:\*\s*){3,}|(?:_\s*){3,}|={3,})$/;
const quoteMark = /^(?: {0,3}> ?)+/;
/** A line of its own in bold, or a question that is marked as one: a heading in all but name. */
const boldLine = /^(?:\*\*|__)([^*_\n]{1,160})(?:\*\*|__)$/;
const questionLine =
  /^(?:\*\*|__)?(?:Q|Question|F|Frage)(?:\*\*|__)?\s*[:.]\s*(?:\*\*|__)?\s*(\S[^\n]{0,200}\?)(?:\*\*|__)?$/;
/** Blocks that may lie between two steps of one list. */
const mostBetween = 2;

const kindOf = (line: string): Block['kind'] => {
  if (listItem.test(line)) return 'list';
  return line.trimStart().startsWith('|') ? 'table' : 'paragraph';
};

/** Does `line` go on with what `block` began? `afterBlank`: an empty line lies between them. */
const continues = (block: Block, line: string, afterBlank: boolean): boolean => {
  if (block.kind === 'list')
    return listItem.test(line) || /^\s{2,}\S/.test(line) || (!afterBlank && kindOf(line) !== 'table');
  return !afterBlank && kindOf(line) === block.kind;
};

const plain = (heading: string): string => heading.replaceAll('*', '').trim();

/** Cuts a text into blocks. Headings are taken out and kept with what stands below them; marks of quotations are dropped. */
const scan = (text: string): Block[] => {
  const blocks: Block[] = [];
  let section = 0;
  let heading: string | undefined;
  let afterBlank = true;
  let open: Block | undefined;
  let fenced: { readonly by: string; readonly quoted: boolean; readonly inItem: boolean } | undefined;
  const begin = (kind: Block['kind'], line: string): void => {
    open = { kind, lines: [line], section, heading };
    blocks.push(open);
  };
  const closeFence = (): void => {
    if (fenced?.inItem === false) open = undefined;
    fenced = undefined;
  };
  const under = (title: string): void => {
    section += 1;
    heading = plain(title);
    open = undefined;
  };
  for (const raw of text.replaceAll('\r', '').split('\n')) {
    const quoted = quoteMark.test(raw);
    if (fenced !== undefined && (!fenced.quoted || quoted)) {
      const line = fenced.quoted ? raw.replace(quoteMark, '') : raw;
      open?.lines.push(line);
      const end = line.trim();
      if (end.startsWith(fenced.by) && end === fenced.by.charAt(0).repeat(end.length)) closeFence();
      continue;
    }
    if (fenced !== undefined) {
      open?.lines.push(fenced.by);
      closeFence();
    }
    const line = quoted ? raw.replace(quoteMark, '') : raw;
    const by = fence.exec(line)?.[1];
    if (by !== undefined) {
      const inItem = open?.kind === 'list' && /^\s{2,}/.test(line);
      fenced = { by, quoted, inItem };
      if (inItem) open?.lines.push(line);
      else begin('code', line);
    } else if (line.trim() === '') {
      afterBlank = true;
      continue;
    } else if (atxHeading.test(line)) {
      under(line.replace(atxHeading, '').replace(/\s#+\s*$/, ''));
    } else if (underline.test(line) && !afterBlank && open?.kind === 'paragraph' && open.lines.length === 1) {
      const title = blocks.pop()?.lines[0] ?? '';
      under(title);
    } else if (rule.test(line)) {
      open = undefined;
    } else if (questionLine.test(line.trim())) {
      under(questionLine.exec(line.trim())?.[1] ?? '');
    } else if (open !== undefined && continues(open, line, afterBlank)) {
      open.lines.push(line);
    } else begin(kindOf(line), line);
    afterBlank = false;
  }
  if (fenced !== undefined) open?.lines.push(fenced.inItem ? `  ${fenced.by}` : fenced.by);
  return blocks;
};

/** Lines in bold that stand alone become headings of what follows. */
const withBoldHeadings = (blocks: readonly Block[]): Block[] => {
  let added = 0;
  let title: { readonly section: number; readonly heading: string } | undefined;
  return blocks.flatMap((block, at) => {
    const [line = '', ...more] = block.lines;
    const bold = block.kind === 'paragraph' && more.length === 0 ? boldLine.exec(line.trim())?.[1] : undefined;
    const next = blocks[at + 1];
    if (bold !== undefined && !/[.:]$/.test(bold) && next?.section === block.section) {
      added += 1;
      title = { section: block.section, heading: plain(bold) };
      return [];
    }
    const heading = title?.section === block.section ? title.heading : block.heading;
    return [{ ...block, section: block.section + added, heading }];
  });
};

const firstNumber = ({ kind, lines }: Block): number | undefined => {
  const digits = kind === 'list' ? ordered.exec(lines[0] ?? '')?.[1] : undefined;
  return digits === undefined ? undefined : Number(digits);
};

const lastNumber = ({ kind, lines }: Block): number | undefined => {
  const digits = kind === 'list' ? lines.flatMap((line) => ordered.exec(line)?.[1] ?? []).at(-1) : undefined;
  return digits === undefined ? undefined : Number(digits);
};

/** How many of the blocks after `at` belong to the list there: up to the next step of its numbering, or what its last item announces. */
const belonging = (blocks: readonly Block[], at: number, list: Block): number => {
  const next = (lastNumber(list) ?? Number.NaN) + 1;
  for (let further = 1; further <= mostBetween + 1; further += 1) {
    const block = blocks[at + further];
    if (block === undefined || block.section !== list.section) break;
    if (further > 1 && firstNumber(block) === next) return further;
  }
  const announced = blocks[at + 1];
  const announces = list.lines.at(-1)?.trimEnd().endsWith(':') === true;
  const isThere = announced?.section === list.section && (announced.kind === 'code' || announced.kind === 'table');
  return announces && isThere ? 1 : 0;
};

/** Lists that a table, code or a note interrupts are whole again. */
const withWholeLists = (blocks: readonly Block[]): Block[] => {
  const whole: Block[] = [];
  for (let at = 0; at < blocks.length; at += 1) {
    const block = blocks[at];
    if (block === undefined) continue;
    whole.push(block);
    if (block.kind !== 'list') continue;
    let list = block;
    for (let more = belonging(blocks, at, list); more > 0; more = belonging(blocks, at, list)) {
      const joined = blocks.slice(at + 1, at + 1 + more).flatMap(({ lines }) => ['', ...lines]);
      list = { ...list, lines: [...list.lines, ...joined] };
      at += more;
    }
    whole[whole.length - 1] = list;
  }
  return whole;
};

/** The blocks of a Markdown or plain text, in order. */
export const blocksOf = (text: string): Block[] => withWholeLists(withBoldHeadings(scan(text)));

/** Items of a list with the lines that belong to each; what looks like an item inside of code is none. */
export const itemsOf = (lines: readonly string[]): string[] => {
  const items: string[][] = [];
  let fencedBy: string | undefined;
  for (const line of lines) {
    const last = items.at(-1);
    const mark = fence.exec(line)?.[1];
    const begins = fencedBy === undefined && /^(?:[-*+•]|\d{1,9}[.)])\s/.test(line);
    if (fencedBy === undefined) fencedBy = mark;
    else if (line.trim().startsWith(fencedBy)) fencedBy = undefined;
    if (last === undefined || begins) items.push([line]);
    else last.push(line);
  }
  return items.map((item) => item.join('\n').trimEnd());
};
