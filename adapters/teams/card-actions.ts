import type { Card, DeskAction } from '#core/escalation.ts';
import { cleanText } from '../shared/clean.ts';
import { shorten } from '../shared/shorten.ts';
import type { CardAction, PersonInput, ShowCard, TextInput } from './adaptive-card.ts';
import { buttonData, press } from './buttons.ts';
import { cardLabel, oneLine } from './teams-text.ts';

/**
 * What is filled in on a desk card, by the id that the press brings it back under. Ids are unique in a card: on iOS no
 * form works where one occurs twice, even in forms of their own (MicrosoftDocs/msteams-docs, issue 7868).
 */
export const inputIds = { reply: 'text', note: 'note', reassign: 'person' } as const;

type Look = Pick<ShowCard, 'style' | 'mode'>;
type Form = (card: Card, maxReply: number) => { readonly input: TextInput | PersonInput; readonly send: string };

/** Actions that need something filled in first; the form unfolds below the buttons. */
const forms: Readonly<Partial<Record<DeskAction, Form>>> = {
  reply: ({ customer, suggestedReply = '' }, maxReply) => {
    const value = shorten(cleanText(suggestedReply).trim(), maxReply);
    return {
      input: {
        type: 'Input.Text',
        id: inputIds.reply,
        isMultiline: true,
        label: `Reply to ${cardLabel(customer, 80) || 'the customer'}`,
        ...(value === '' ? {} : { value }),
        isRequired: true,
        errorMessage: 'Write a reply first.',
      },
      send: 'Send to customer',
    };
  },
  note: () => ({
    input: {
      type: 'Input.Text',
      id: inputIds.note,
      isMultiline: true,
      label: 'Internal note, which the customer never sees',
      isRequired: true,
      errorMessage: 'Write a note first.',
    },
    send: 'Save note',
  }),
  reassign: () => ({
    input: {
      type: 'Input.ChoiceSet',
      id: inputIds.reassign,
      choices: [],
      'choices.data': { type: 'Data.Query', dataset: 'graph.microsoft.com/users' },
      isMultiSelect: false,
      label: 'Who has it from now on',
      placeholder: 'Nobody chosen: you',
    },
    send: 'Reassign',
  }),
};

/** How many buttons stand in the row; the others go into its menu. Forms stay: not every client unfolds them from there. */
const inRow = 3;

/** The buttons of a desk card, in the order of its actions; the first is the one to press next. */
export const cardActions = (card: Card, maxReply: number): CardAction[] =>
  card.actions.map((action, index): CardAction => {
    const look: Look = index === 0 ? { style: 'positive' } : {};
    const form = forms[action.id]?.(card, maxReply);
    if (form === undefined) return press(action, card.code, index < inRow ? look : { ...look, mode: 'secondary' });
    return {
      type: 'Action.ShowCard',
      title: oneLine(action.label, 60) || action.id,
      ...look,
      card: {
        type: 'AdaptiveCard',
        body: [form.input],
        actions: [press({ id: action.id, label: form.send }, card.code, { inputs: true, style: 'positive' })],
      },
    };
  });

/** What a client does by itself to see the card in its present state. */
export const refreshAction = (code: string) =>
  ({ type: 'Action.Execute', title: 'Refresh', verb: 'refresh', data: buttonData('refresh', code) }) as const;
