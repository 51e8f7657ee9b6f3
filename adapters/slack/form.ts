import { cleanText } from '../shared/clean.ts';
import { type InputBlock, type ModalView, plainText } from './block-types.ts';

const maxChars = 3_000;

const words = {
  reply: {
    title: 'Reply to the customer',
    submit: 'Send to customer',
    label: 'Your reply',
    hint: 'Goes to the customer where they wrote, under your name.',
  },
  note: {
    title: 'Internal note',
    submit: 'Save note',
    label: 'Your note',
    hint: 'For your team alone. The customer never sees it.',
  },
} as const;

/**
 * The form behind the card's Reply and Note buttons: `callback_id` is the form, the words are in
 * `state.values.text.text.value`, and `private_metadata` (JSON) says which thread of the desk it belongs to.
 */
export const replyForm = ({
  form,
  suggestion = '',
  ...place
}: {
  readonly form: 'reply' | 'note';
  readonly channel: string;
  readonly thread: string;
  readonly team: string;
  readonly enterprise?: string;
  /** What a reply starts from. */
  readonly suggestion?: string;
}): ModalView => {
  const { title, submit, label, hint } = words[form];
  const { channel, thread, team, enterprise } = place;
  const initial = form === 'reply' ? cleanText(suggestion).trim().slice(0, maxChars).toWellFormed() : '';
  const input: InputBlock = {
    type: 'input',
    block_id: 'text',
    label: plainText(label),
    hint: plainText(hint),
    element: {
      type: 'plain_text_input',
      action_id: 'text',
      multiline: true,
      max_length: maxChars,
      focus_on_load: true,
      ...(initial === '' ? {} : { initial_value: initial }),
    },
  };
  return {
    type: 'modal',
    callback_id: form,
    private_metadata: JSON.stringify({ channel, thread, team, ...(enterprise === undefined ? {} : { enterprise }) }),
    title: plainText(title),
    submit: plainText(submit),
    close: plainText('Cancel'),
    blocks: [input],
  };
};
