import { actionsOn, cardsOf, inside, within } from './card-parts.ts';
import { isThing, type Thing, things } from './types.ts';

/** Something to press in a message, and what a client would send for it. */
export interface Button {
  /** The words on it. */
  readonly label: string;
  /** `Action.Execute`, `Action.Submit`, `Action.OpenUrl`, `Action.ShowCard`, `imBack`, … */
  readonly type: string;
  readonly verb?: string;
  readonly action: Thing;
  /** Inputs whose values go along: those of its own card and of the cards around it. */
  readonly inputs: readonly Thing[];
}

const isInput = ({ type }: Thing): boolean => typeof type === 'string' && type.startsWith('Input.');

const buttonsIn = (card: Thing, around: readonly Thing[]): readonly Button[] => {
  const inputs = [...around, ...within(card).filter(isInput)];
  const on = (element: Thing): readonly Button[] => [
    ...actionsOn(element)
      .filter(() => element !== card)
      .flatMap(buttonOf),
    ...inside(element).flatMap(on),
  ];
  const buttonOf = (action: Thing): readonly Button[] => {
    const { type, title, tooltip, verb, associatedInputs } = action;
    const own: Button = {
      label: String(title ?? tooltip ?? ''),
      type: String(type),
      ...(typeof verb === 'string' && { verb }),
      action,
      inputs: associatedInputs === 'none' ? [] : inputs,
    };
    return [own, ...(type === 'Action.ShowCard' && isThing(action.card) ? buttonsIn(action.card, inputs) : [])];
  };
  return [...on(card), ...actionsOn(card).flatMap(buttonOf)];
};

/** Everything that can be pressed in a message, in reading order, what opens first (ShowCard) before what is in it. */
export const choicesIn = (activity: Thing): readonly Button[] => {
  const suggested = isThing(activity.suggestedActions) ? things(activity.suggestedActions.actions) : [];
  return [
    ...cardsOf(activity).flatMap((card) => buttonsIn(card, [])),
    ...suggested.map((action) => ({
      label: String(action.title ?? ''),
      type: String(action.type),
      action,
      inputs: [],
    })),
  ];
};

/** The words on everything that can be pressed in a message, in reading order. */
export const buttons = (activity: Thing): readonly string[] => choicesIn(activity).map(({ label }) => label);

/**
 * The one button that fits all that is given. Throws with what there is instead, when there is none or more than one: a person
 * could not press it either.
 */
export const findButton = (
  activity: Thing,
  wanted: { readonly label?: string | undefined; readonly verb?: string | undefined },
): Button => {
  const all = choicesIn(activity);
  const fitting = all.filter(
    ({ label, verb }) =>
      (wanted.label === undefined || wanted.label === label) && (wanted.verb === undefined || wanted.verb === verb),
  );
  const [found] = fitting;
  if (found !== undefined && fitting.length === 1) return found;
  const there = all.map(({ label, verb }) => `"${label}"${verb === undefined ? '' : ` (${verb})`}`).join(', ');
  throw new Error(`${fitting.length} buttons for ${JSON.stringify(wanted)}; there is ${there || 'nothing'}.`);
};

const isBlank = (value: unknown): boolean => value === undefined || value === '';

/** Whether the choices of an input come from the directory: what is chosen are object ids of accounts. */
export const choosesPeople = (input: Thing): boolean =>
  isThing(input['choices.data']) && String(input['choices.data'].dataset).startsWith('graph.microsoft.com/users');

const problemWith = (input: Thing, value: unknown): string | undefined => {
  const text = String(value ?? '');
  if (input.isRequired === true && isBlank(value)) return `needs a value: ${String(input.errorMessage ?? '')}`;
  if (typeof input.maxLength === 'number' && text.length > input.maxLength)
    return `takes ${input.maxLength} characters`;
  if (input.type !== 'Input.ChoiceSet' || isBlank(value) || choosesPeople(input)) return undefined;
  const known = things(input.choices).map((choice) => choice.value);
  return text.split(',').every((one) => known.includes(one)) ? undefined : `has no choice ${text}`;
};

/**
 * What goes along with a button: its own data and the values of the inputs, where `given` says them. Throws where a client would
 * not let it be sent.
 */
export const filledIn = ({ action, inputs }: Button, given: Readonly<Record<string, string>>): Thing => {
  const unknown = Object.keys(given).filter((id) => !inputs.some((input) => input.id === id));
  if (unknown.length > 0) throw new Error(`There is no input ${unknown.join(', ')} beside that button.`);
  const values = inputs.flatMap((input): [string, unknown][] => {
    const otherwise = { 'Input.Text': '', 'Input.Toggle': input.valueOff ?? 'false' }[String(input.type)];
    const value = given[String(input.id)] ?? input.value ?? otherwise;
    const problem = problemWith(input, value);
    if (problem !== undefined) throw new Error(`The input ${String(input.id)} ${problem}`);
    return value === undefined ? [] : [[String(input.id), value]];
  });
  return { ...(isThing(action.data) ? action.data : {}), ...Object.fromEntries(values) };
};
