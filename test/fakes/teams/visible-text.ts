import { cardsOf } from './card-parts.ts';
import { isThing, type Thing, things } from './types.ts';

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", nbsp: ' ' };

const decoded = (text: string): string =>
  text.replace(/&(amp|lt|gt|quot|#39|nbsp);/g, (whole, name: string) => entities[name] ?? whole);

/** Markdown as it is read: without its backslashes and stars, dates as they were given. */
const fromMarkdown = (text: string): string =>
  decoded(
    text
      .replace(/\\([^\w\s])|\*\*/g, (_, escaped: string | undefined) => escaped ?? '')
      .replace(/\{\{(?:DATE|TIME)\(([^,)]+)[^)]*\)\}\}/g, '$1'),
  );

/** HTML as it is read. */
const fromHtml = (text: string): string =>
  decoded(
    text
      .replace(/<br\s*\/?>|<\/(?:p|div|li|h\d|tr|pre|blockquote)>/gi, '\n')
      .replace(/<li>/gi, '- ')
      .replace(/<a\b[^>]*href="([^"]*)"[^>]*>(.*?)<\/a>/gis, '$2 ($1)')
      .replace(/<at>(.*?)<\/at>/gis, '@$1')
      .replace(/<[^>]*>/g, ''),
  ).trim();

interface Depth {
  /** Also what only shows after something was opened. */
  readonly opened: boolean;
}

const actionText = (action: Thing, depth: Depth): readonly string[] => [
  ...(action.title === undefined ? [] : [`[${String(action.title)}]`]),
  ...(depth.opened && isThing(action.card) ? [cardText(action.card, depth)] : []),
];

const cardText = (element: Thing, depth: Depth): string => {
  if (element.isVisible === false && !depth.opened) return '';
  const line = (value: unknown): readonly string[] => (typeof value === 'string' ? [fromMarkdown(value)] : []);
  const all = (value: unknown, separator = '\n') =>
    things(value)
      .map((one) => cardText(one, depth))
      .filter((text) => text !== '')
      .join(separator);
  const own: readonly string[] = (() => {
    switch (element.type) {
      case 'RichTextBlock':
        // The pieces of a line: plain strings, or runs of text.
        return [
          (Array.isArray(element.inlines) ? element.inlines : [])
            .map((one: unknown) => (isThing(one) ? String(one.text ?? '') : String(one)))
            .join(''),
        ];
      case 'FactSet':
        return things(element.facts).map(({ title, value }) =>
          [title, value].flatMap((part) => (part === undefined ? [] : [fromMarkdown(String(part))])).join(': '),
        );
      case 'Image':
        return line(element.altText);
      case 'TableRow':
        return [all(element.cells, ' | ')];
      default:
        return [...line(element.label), ...line(element.text), ...line(element.title), ...line(element.placeholder)];
    }
  })();
  const toggles = element.type === 'Input.Text' && typeof element.value === 'string' ? [element.value] : [];
  const actions = things(element.actions).flatMap((action) => actionText(action, depth));
  const rest = element.type === 'RichTextBlock' || element.type === 'TableRow' ? [] : insideText(element, all);
  return [...own, ...toggles, ...rest, actions.join(' ')].filter((text) => text !== '').join('\n');
};

const insideText = (element: Thing, all: (value: unknown, separator?: string) => string): readonly string[] => [
  all(element.body),
  all(element.items),
  element.type === 'Table' ? '' : all(element.columns),
  all(element.rows),
  all(element.images),
];

const messageText = ({ text, textFormat }: Thing): string => {
  if (typeof text !== 'string') return '';
  if (textFormat === 'xml') return fromHtml(text);
  const named = text.replace(/<at>(.*?)<\/at>/gs, '@$1');
  return textFormat === 'plain' ? named : fromMarkdown(named);
};

const read = (activity: Thing, depth: Depth): string =>
  [
    messageText(activity),
    ...cardsOf(activity).map((card) => cardText(card, depth)),
    ...things(activity.attachments).flatMap(({ contentType, name, content }) => {
      if (!String(contentType).includes('.card.file.')) return [];
      const about = isThing(content) && typeof content.description === 'string' ? `: ${content.description}` : '';
      return [`[${String(name)}]${about}`];
    }),
    ...(isThing(activity.suggestedActions)
      ? [
          things(activity.suggestedActions.actions)
            .map(({ title }) => `[${String(title)}]`)
            .join(' '),
        ]
      : []),
  ]
    .filter((line) => line !== '')
    .join('\n');

/** What somebody who looks at the message reads: its text, then its cards. Buttons show as `[Label]`. */
export const visibleText = (activity: Thing): string => read(activity, { opened: false });

/** The same with everything that only shows after something was opened. */
export const allText = (activity: Thing): string => read(activity, { opened: true });

/** The one entity of a message that says what it is (Microsoft Learn, "Bot messages with AI-generated content"). */
const rootEntity = (activity: Thing): Thing | undefined =>
  things(activity.entities).find(({ type }) => type === 'https://schema.org/Message');

/** Whether it carries the label "AI generated". */
export const isLabelledAi = (activity: Thing): boolean => {
  const types = rootEntity(activity)?.additionalType;
  return Array.isArray(types) && types.includes('AIGeneratedContent');
};

/** The sources behind the numbers in a message, as a person sees them. */
export const citationsOf = (
  activity: Thing,
): readonly { readonly n: number; readonly name: string; readonly abstract: string; readonly url?: string }[] =>
  things(rootEntity(activity)?.citation).map(({ position, appearance }) => {
    const { name, abstract, url }: Thing = isThing(appearance) ? appearance : {};
    return {
      n: Number(position),
      name: String(name ?? ''),
      abstract: String(abstract ?? ''),
      ...(typeof url === 'string' && { url }),
    };
  });

/** Whether people can vote on it. */
export const canBeVotedOn = ({ channelData }: Thing): boolean =>
  isThing(channelData) && (channelData.feedbackLoopEnabled === true || isThing(channelData.feedbackLoop));
