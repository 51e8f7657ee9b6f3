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

/** Thumbs under an answer: `action_id` is `feedback`, the value `positive` or `negative`. */
export const feedbackRow: Block = {
  type: 'context_actions',
  elements: [
    {
      type: 'feedback_buttons',
      action_id: 'feedback',
      positive_button: {
        text: plainText('This helped'),
        value: 'positive',
        accessibility_label: 'This answer helped',
      },
      negative_button: {
        text: plainText('This did not help'),
        value: 'negative',
        accessibility_label: 'This answer did not help',
      },
    },
  ],
};
