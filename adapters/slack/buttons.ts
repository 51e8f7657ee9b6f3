import type { Action } from '#core/message.ts';
import { type Block, type Button, blockLimits, plainText } from './block-types.ts';
import { oneLine } from './slack-text.ts';

/** A button that sends `value` under the action's id. An empty `value` is left out, since Slack refuses it. */
export const button = ({ id, label }: Action, value: string): Button => ({
  type: 'button',
  action_id: id.slice(0, blockLimits.actionId),
  text: plainText(oneLine(label, blockLimits.buttonText) || oneLine(id, blockLimits.buttonText) || '…'),
  ...(value === '' ? {} : { value: value.slice(0, blockLimits.buttonValue).toWellFormed() }),
});

/** A row of buttons, each with its id as value; none twice. */
export const actionRow = (actions: readonly Action[]): Block[] => {
  const once = [...new Map(actions.filter(({ id }) => id !== '').map((action) => [action.id, action])).values()];
  const elements = once.slice(0, blockLimits.actions).map((action) => button(action, action.id));
  return elements.length === 0 ? [] : [{ type: 'actions', elements }];
};

const votes = (positive: string, negative: string, about: string): Block => ({
  type: 'context_actions',
  elements: [
    {
      type: 'feedback_buttons',
      action_id: 'feedback',
      positive_button: { text: plainText(positive), value: 'positive', accessibility_label: `${about}: ${positive}` },
      negative_button: { text: plainText(negative), value: 'negative', accessibility_label: `${about}: ${negative}` },
    },
  ],
});

/** Thumbs under an answer: `action_id` is `feedback`, the value `positive` or `negative`. */
export const feedbackRow: Block = votes('This helped', 'This did not help', 'This answer');
/** The same thumbs under the question whether a closed case is solved. */
export const satisfactionRow: Block = votes('Yes, solved', 'Not yet', 'This request');
