import { adaptive } from './check-activity.ts';
import { isThing, type Thing, things } from './types.ts';

/** The Adaptive Cards of a message. */
export const cardsOf = (activity: Thing): readonly Thing[] =>
  things(activity.attachments).flatMap(({ contentType, content }) =>
    contentType === adaptive && isThing(content) ? [content] : [],
  );

/** What an element holds: items of containers, columns, cells, images, in reading order. */
export const inside = (element: Thing): readonly Thing[] => [
  ...things(element.body),
  ...things(element.items),
  ...things(element.columns).filter(({ type }) => type === undefined || type === 'Column'),
  ...things(element.rows),
  ...things(element.cells),
  ...things(element.images),
  ...things(element.inlines),
];

/** Actions on an element itself, not on those inside it. */
export const actionsOn = (element: Thing): readonly Thing[] => [
  ...[element.selectAction, element.inlineAction].filter(isThing),
  ...things(element.actions),
];

/** An element and everything in it; cards behind a ShowCard are not in it. */
export const within = (element: Thing): readonly Thing[] => [element, ...inside(element).flatMap(within)];
