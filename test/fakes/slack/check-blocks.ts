import { isRecord } from './args.ts';
import { Refusal, refusalAbout } from './refusal.ts';
import type { Limits } from './state.ts';
import type { Block } from './types.ts';

type Thing = Readonly<Record<string, unknown>>;

const invalid = (what: string, where: string) => refusalAbout('invalid_blocks', `${what} [json-pointer:${where}]`);

/** A text object: its type is one of `types`, and it has 1 to `most` characters. */
const checkText = (value: unknown, where: string, most: number, types: readonly string[]): void => {
  if (!isRecord(value)) throw invalid('must provide an object', where);
  if (!types.includes(String(value.type))) throw invalid(`unsupported type: ${value.type}`, `${where}/type`);
  if (typeof value.text !== 'string' || value.text.length === 0)
    throw invalid('must be more than 0 characters', `${where}/text`);
  if (value.text.length > most) throw invalid(`must be less than ${most + 1} characters`, `${where}/text`);
};

const plain = ['plain_text'];
const either = ['plain_text', 'mrkdwn'];

const checkLength = (value: unknown, where: string, most: number): void => {
  if (value === undefined) return;
  if (typeof value !== 'string') throw invalid('must be a string', where);
  if (value.length > most) throw invalid(`must be less than ${most + 1} characters`, where);
};

const checkList = (value: unknown, where: string, most: number): readonly Thing[] => {
  if (!Array.isArray(value) || !value.every(isRecord)) throw invalid('must be an array of objects', where);
  if (value.length === 0) throw invalid('no fewer than 1 items allowed', where);
  if (value.length > most) throw invalid(`no more than ${most} items allowed`, where);
  return value;
};

const checkOptions = (value: unknown, where: string, most: number): void => {
  for (const [n, option] of checkList(value, where, most).entries()) {
    checkText(option.text, `${where}/${n}/text`, 75, either);
    checkLength(option.value, `${where}/${n}/value`, 150);
  }
};

const checkElement = (element: Thing, where: string): void => {
  checkLength(element.action_id, `${where}/action_id`, 255);
  switch (element.type) {
    case 'button':
      checkText(element.text, `${where}/text`, 75, plain);
      checkLength(element.value, `${where}/value`, 2_000);
      checkLength(element.url, `${where}/url`, 3_000);
      if (element.style !== undefined && !['primary', 'danger'].includes(String(element.style)))
        throw invalid('must be one of primary, danger', `${where}/style`);
      return;
    case 'feedback_buttons':
      for (const side of ['positive_button', 'negative_button']) {
        const button = element[side];
        if (!isRecord(button)) throw invalid('must provide an object', `${where}/${side}`);
        checkText(button.text, `${where}/${side}/text`, 75, plain);
        checkLength(button.value, `${where}/${side}/value`, 2_000);
      }
      return;
    case 'overflow':
      checkOptions(element.options, `${where}/options`, 5);
      return;
    case 'static_select':
    case 'radio_buttons':
    case 'checkboxes':
      if (element.option_groups === undefined) checkOptions(element.options, `${where}/options`, 100);
      return;
    case 'mrkdwn':
    case 'plain_text':
      checkText(element, where, 3_000, either);
      return;
    case 'image':
      if (typeof element.alt_text !== 'string') throw invalid('missing required field: alt_text', where);
      return;
    default:
      if (typeof element.type !== 'string') throw invalid('missing required field: type', where);
  }
};

const checkElements = (value: unknown, where: string, most: number): void => {
  const seen = new Set<unknown>();
  for (const [n, element] of checkList(value, where, most).entries()) {
    checkElement(element, `${where}/${n}`);
    if (element.action_id === undefined) continue;
    if (seen.has(element.action_id))
      throw invalid(`\`action_id\` already exists: ${element.action_id}`, `${where}/${n}`);
    seen.add(element.action_id);
  }
};

/** What each kind of block must have, and how much of it; the numbers are those of Slack's Block Kit reference. */
const checks: Readonly<Record<string, (block: Thing, where: string) => void>> = {
  header: (block, where) => checkText(block.text, `${where}/text`, 150, plain),
  section: (block, where) => {
    if (block.text === undefined && block.fields === undefined)
      throw invalid('must define either `text` or `fields`', where);
    if (block.text !== undefined) checkText(block.text, `${where}/text`, 3_000, either);
    if (block.fields !== undefined)
      for (const [n, field] of checkList(block.fields, `${where}/fields`, 10).entries())
        checkText(field, `${where}/fields/${n}`, 2_000, either);
    if (isRecord(block.accessory)) checkElement(block.accessory, `${where}/accessory`);
  },
  context: (block, where) => checkElements(block.elements, `${where}/elements`, 10),
  actions: (block, where) => checkElements(block.elements, `${where}/elements`, 25),
  context_actions: (block, where) => checkElements(block.elements, `${where}/elements`, 5),
  markdown: (block, where) => {
    if (typeof block.text !== 'string' || block.text === '')
      throw invalid('must be more than 0 characters', `${where}/text`);
  },
  rich_text: (block, where) => void checkList(block.elements, `${where}/elements`, 1_000),
  table: (block, where) => {
    if (!Array.isArray(block.rows) || block.rows.length === 0) throw invalid('must be a list of rows', `${where}/rows`);
    if (block.rows.length > 100) throw invalid('no more than 100 items allowed', `${where}/rows`);
    for (const [n, row] of block.rows.entries())
      if (!Array.isArray(row) || row.length > 20) throw invalid('no more than 20 items allowed', `${where}/rows/${n}`);
  },
  image: (block, where) => {
    if (typeof block.alt_text !== 'string') throw invalid('missing required field: alt_text', where);
  },
  input: (block, where) => {
    checkText(block.label, `${where}/label`, 2_000, plain);
    if (!isRecord(block.element)) throw invalid('missing required field: element', where);
  },
  divider: () => undefined,
  file: () => undefined,
  video: () => undefined,
  task_card: () => undefined,
  plan: () => undefined,
};

/** Every string under a `text` in the blocks, for the limit on all of them together. */
const textLength = (value: unknown): number => {
  if (Array.isArray(value)) return value.reduce((sum: number, one) => sum + textLength(one), 0);
  if (!isRecord(value)) return 0;
  return Object.entries(value).reduce(
    (sum, [key, one]) => sum + (key === 'text' && typeof one === 'string' ? one.length : textLength(one)),
    0,
  );
};

/**
 * Blocks as Slack takes them. Refuses `invalid_blocks_format` (not a list), `invalid_blocks` (too many, too long, empty text,
 * doubled ids, unknown kinds, two tables; the reply says which) and `msg_blocks_too_long` (too much text in total).
 */
export const checkBlocks = (value: unknown, limits: Limits, most = 50): Block[] => {
  if (!Array.isArray(value)) throw new Refusal('invalid_blocks_format');
  if (value.length > most) throw invalid(`no more than ${most} items allowed`, '/blocks');
  const ids = new Set<string>();
  const blocks = value.map((block: unknown, n): Block => {
    const where = `/blocks/${n}`;
    if (!isRecord(block) || typeof block.type !== 'string') throw new Refusal('invalid_blocks_format');
    const check = checks[block.type];
    if (check === undefined) throw invalid(`unsupported type: ${block.type}`, `${where}/type`);
    check(block, where);
    checkLength(block.block_id, `${where}/block_id`, 255);
    if (typeof block.block_id === 'string') {
      if (ids.has(block.block_id)) throw invalid(`\`block_id\` already exists: ${block.block_id}`, where);
      ids.add(block.block_id);
    }
    return { ...block, type: block.type };
  });
  const markdown = blocks.filter(({ type }) => type === 'markdown');
  if (textLength(markdown) > limits.markdown) throw new Refusal('msg_blocks_too_long');
  if (textLength(blocks) > limits.blocksText) throw new Refusal('msg_blocks_too_long');
  if (blocks.filter(({ type }) => type === 'table').length > 1) throw invalid('only one table allowed', '/blocks');
  return blocks;
};
