/**
 * Adaptive Cards 1.5 as we make them: a narrow part of the schema (adaptivecards.io/explorer) that Teams draws on every client.
 */
import type { Json } from '#core/message.ts';

type Spacing = 'None' | 'Small' | 'Default' | 'Medium' | 'Large';

interface Placed {
  readonly id?: string;
  readonly spacing?: Spacing;
  readonly separator?: boolean;
  /** False: hidden until toggled. */
  readonly isVisible?: boolean;
}

/** Read as Markdown by Teams: every word that is not ours must have passed `cardLabel`. */
export interface TextBlock extends Placed {
  readonly type: 'TextBlock';
  readonly text: string;
  readonly wrap: true;
  readonly style?: 'heading';
  readonly size?: 'Small' | 'Default' | 'Medium' | 'Large';
  readonly weight?: 'Default' | 'Bolder';
  readonly color?: 'Default' | 'Accent' | 'Good' | 'Warning' | 'Attention';
  readonly isSubtle?: boolean;
}

/** Shown as it is: no Markdown is read in it (AdaptiveCards 1.2, TextRun). */
export interface TextRun {
  readonly type: 'TextRun';
  readonly text: string;
  readonly weight?: 'Bolder';
  readonly italic?: true;
  readonly strikethrough?: true;
  readonly fontType?: 'Monospace';
  readonly isSubtle?: true;
  readonly selectAction?: OpenUrl;
}

export interface RichTextBlock extends Placed {
  readonly type: 'RichTextBlock';
  readonly inlines: readonly TextRun[];
}

/** Names and values are read as Markdown too. */
export interface FactSet extends Placed {
  readonly type: 'FactSet';
  readonly facts: readonly { readonly title: string; readonly value: string }[];
}

export interface Container extends Placed {
  readonly type: 'Container';
  readonly items: readonly CardElement[];
  readonly style?: 'default' | 'emphasis' | 'warning';
}

export interface CardTable extends Placed {
  readonly type: 'Table';
  readonly firstRowAsHeaders: true;
  readonly columns: readonly { readonly width: number }[];
  readonly rows: readonly {
    readonly type: 'TableRow';
    readonly cells: readonly { readonly type: 'TableCell'; readonly items: readonly CardElement[] }[];
  }[];
}

export interface ActionSet extends Placed {
  readonly type: 'ActionSet';
  readonly actions: readonly CardAction[];
}

interface Input extends Placed {
  readonly id: string;
  readonly label: string;
  readonly placeholder?: string;
  readonly isRequired?: true;
  readonly errorMessage?: string;
}

export interface TextInput extends Input {
  readonly type: 'Input.Text';
  readonly isMultiline: true;
  readonly value?: string;
}

/** A choice among the people of the organisation (learn.microsoft.com, "People Picker in Adaptive Cards"). */
export interface PersonInput extends Input {
  readonly type: 'Input.ChoiceSet';
  readonly choices: readonly [];
  readonly 'choices.data': { readonly type: 'Data.Query'; readonly dataset: 'graph.microsoft.com/users' };
  readonly isMultiSelect: false;
}

export type CardElement =
  | TextBlock
  | RichTextBlock
  | FactSet
  | Container
  | CardTable
  | ActionSet
  | TextInput
  | PersonInput;

interface Titled {
  readonly id?: string;
  readonly title?: string;
  readonly style?: 'default' | 'positive' | 'destructive';
  /** `secondary`: in the menu behind the buttons. */
  readonly mode?: 'primary' | 'secondary';
}

export type ActionData = { readonly [key: string]: Json };

/** What old clients press instead; what it carries comes back as the `value` of a message. */
export interface Submit extends Titled {
  readonly type: 'Action.Submit';
  readonly data: ActionData;
  readonly associatedInputs?: 'auto' | 'none';
}

/** Comes back as an invoke `adaptiveCard/action` whose response replaces the card. */
export interface Execute extends Titled {
  readonly type: 'Action.Execute';
  readonly verb: string;
  readonly data: ActionData;
  readonly associatedInputs?: 'auto' | 'none';
  readonly fallback?: Submit;
}

export interface OpenUrl extends Titled {
  readonly type: 'Action.OpenUrl';
  readonly url: string;
}

export interface ShowCard extends Titled {
  readonly type: 'Action.ShowCard';
  readonly card: {
    readonly type: 'AdaptiveCard';
    readonly body: readonly CardElement[];
    readonly actions: readonly CardAction[];
  };
}

export interface ToggleVisibility extends Titled {
  readonly type: 'Action.ToggleVisibility';
  readonly targetElements: readonly string[];
}

export type CardAction = Execute | Submit | OpenUrl | ShowCard | ToggleVisibility;

export interface AdaptiveCard {
  readonly type: 'AdaptiveCard';
  readonly $schema: 'http://adaptivecards.io/schemas/adaptive-card.json';
  readonly version: '1.5';
  readonly fallbackText: string;
  readonly body: readonly CardElement[];
  readonly actions?: readonly CardAction[];
  /** Who sees the card anew whenever it comes into view, by their ids in Teams (`29:…`). */
  readonly refresh?: { readonly action: Execute; readonly userIds: readonly string[] };
  readonly msteams?: { readonly width: 'Full' };
}

/** The frame of every card. `fallbackText`: what clients say that cannot draw it. */
export const adaptiveCard = (
  parts: Pick<AdaptiveCard, 'fallbackText' | 'body' | 'actions' | 'refresh' | 'msteams'>,
): AdaptiveCard => ({
  type: 'AdaptiveCard',
  $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
  version: '1.5',
  ...parts,
});
