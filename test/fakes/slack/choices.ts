import { isRecord } from './args.ts';
import type { Block } from './types.ts';
import { visibleText } from './visible-text.ts';

type Thing = Readonly<Record<string, unknown>>;

/** Something that can be pressed or chosen in a message, and what Slack reports when somebody does. */
export interface Choice {
  readonly actionId: string;
  /** The words on it. */
  readonly label: string;
  readonly value?: string;
  readonly action: Thing;
}

const words = (value: unknown): string => (isRecord(value) && typeof value.text === 'string' ? value.text : '');

const choice = (element: Thing, label: string, value: unknown, action: Thing): Choice => ({
  actionId: String(element.action_id ?? ''),
  label,
  ...(typeof value === 'string' && { value }),
  action: { action_id: element.action_id, ...action },
});

const inElement = (element: unknown): readonly Choice[] => {
  if (!isRecord(element)) return [];
  const { type } = element;
  switch (type) {
    case 'button':
    case 'icon_button': {
      const { text, value } = element;
      return [choice(element, words(text), value, { type, text, value })];
    }
    case 'feedback_buttons':
      return [element.positive_button, element.negative_button].filter(isRecord).map((button) => {
        const { text, value } = button;
        return choice(element, words(text), value, { type, text, value });
      });
    case 'overflow':
    case 'static_select':
    case 'radio_buttons':
      return (Array.isArray(element.options) ? element.options : [])
        .filter(isRecord)
        .map((option) => choice(element, words(option.text), option.value, { type, selected_option: option }));
    default:
      return [];
  }
};

/** Everything that can be pressed in these blocks, in reading order. */
export const choicesIn = (blocks: readonly Block[]): readonly Choice[] =>
  blocks.flatMap((block) => {
    const elements = [...(Array.isArray(block.elements) ? block.elements : []), block.accessory];
    return elements.flatMap(inElement).map((one) => ({ ...one, action: { ...one.action, block_id: block.block_id } }));
  });

/**
 * The one choice that fits all that is given. Throws with what there is instead, when there is none or more than one:
 * a person could not press it either.
 */
export const findChoice = (
  blocks: readonly Block[],
  wanted: {
    readonly actionId?: string | undefined;
    readonly label?: string | undefined;
    readonly value?: string | undefined;
  },
): Choice => {
  const all = choicesIn(blocks);
  const fitting = all.filter(
    (one) =>
      (wanted.actionId === undefined || one.actionId === wanted.actionId) &&
      (wanted.label === undefined || one.label === wanted.label) &&
      (wanted.value === undefined || one.value === wanted.value),
  );
  const [found] = fitting;
  if (found !== undefined && fitting.length === 1) return found;
  const there = all.map((one) => `${one.actionId} "${one.label}"`).join(', ') || 'nothing';
  throw new Error(
    `${fitting.length} things to press for ${JSON.stringify(wanted)}; there is ${there}. The message: ${visibleText({ text: '', blocks })}`,
  );
};
