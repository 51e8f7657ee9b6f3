import type { Action } from '#core/message.ts';
import type { ActionData, Execute, OpenUrl } from './adaptive-card.ts';
import { cardVersion } from './decode-submit.ts';
import type { SuggestedAction } from './outbound-activity.ts';
import { linkTarget, oneLine } from './teams-text.ts';

const maxTitle = 60;

/** What a press brings back: `verb` says what to do, `code` of which case (empty on the customers' side). */
export const buttonData = (verb: string, code: string): ActionData => ({
  verb,
  code: oneLine(code, 40),
  v: cardVersion,
});

/**
 * A button that comes back as an invoke `adaptiveCard/action`, or from old clients as a message with a `value`; both carry the
 * same data. `inputs`: what is filled in beside it comes along.
 */
export const press = (
  { id, label }: Action,
  code: string,
  { inputs = false, ...look }: Pick<Execute, 'style' | 'mode'> & { readonly inputs?: boolean } = {},
): Execute => {
  const title = oneLine(label, maxTitle) || oneLine(id, maxTitle) || '…';
  const data = buttonData(id, code);
  const associatedInputs = inputs ? 'auto' : 'none';
  return {
    type: 'Action.Execute',
    title,
    verb: id,
    data,
    associatedInputs,
    ...look,
    fallback: { type: 'Action.Submit', title, data, associatedInputs },
  };
};

/** A button that opens a page; none when people may not be sent there. */
export const openUrl = (title: string, url: string | undefined): OpenUrl[] => {
  const href = linkTarget(url);
  return href === undefined ? [] : [{ type: 'Action.OpenUrl', title, url: href }];
};

/** Each action once, by its id. */
export const onlyOnce = (actions: readonly Action[]): readonly Action[] => [
  ...new Map(actions.filter(({ id }) => id !== '').map((action) => [action.id, action])).values(),
];

/** Teams shows no more (learn.microsoft.com, "Suggested actions"). */
const maxSuggested = 3;

/** Buttons below a text, which then say their label in the name of whoever presses them. */
export const suggestedActions = (
  actions: readonly Action[],
): { readonly suggestedActions?: { readonly actions: readonly SuggestedAction[] } } => {
  const shown = onlyOnce(actions)
    .slice(0, maxSuggested)
    .map(({ id, label }) => oneLine(label, maxTitle) || oneLine(id, maxTitle))
    .filter((title) => title !== '')
    .map((title) => ({ type: 'imBack', title, value: title }) as const);
  return shown.length === 0 ? {} : { suggestedActions: { actions: shown } };
};
