/**
 * What Slack would say to blocks, as far as its rules are known: the tests' referee, kept apart from the code that makes them.
 * Numbers are those of docs.slack.dev (reference/block-kit).
 */

/** Elements of rich text that call somebody or something. */
const mentions = new Set(['user', 'usergroup', 'broadcast', 'channel', 'team']);
const richInline = new Set(['text', 'link']);

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const listOf = (value: unknown): readonly Fields[] => (Array.isArray(value) ? value.filter(isFields) : []);
const textIn = (value: unknown): string => (typeof value === 'string' ? value : '');

/** What is left of Slack markup without the tokens that we may make: links and one kind of date. */
const withoutTokens = (text: string): string =>
  text.replace(/<(?:https?:|mailto:)[^<>|\s]+\|[^<>]+>/g, '').replace(/<!date\^\d+\^[{}a-z_ ]+\|[\d:\- UTC]+>/g, '');

const textProblems = (value: unknown, where: string, max: number): readonly string[] => {
  if (!isFields(value)) return [`${where}: no text object`];
  const text = textIn(value.text);
  const problems: string[] = [];
  if (text.trim() === '') problems.push(`${where}: empty text`);
  if (text.length > max) problems.push(`${where}: ${text.length} characters, at most ${max}`);
  if (value.type === 'mrkdwn') {
    if (/[<>]|&(?!(?:amp|lt|gt);)/.test(withoutTokens(text))) problems.push(`${where}: not escaped: ${text}`);
    if (value.verbatim !== true) problems.push(`${where}: not verbatim`);
  } else if (value.type !== 'plain_text') problems.push(`${where}: type ${String(value.type)}`);
  return problems;
};

const inlineProblems = (elements: unknown, where: string): readonly string[] => {
  const found = listOf(elements);
  const problems = found.length === 0 ? [`${where}: no elements`] : [];
  for (const element of found) {
    const type = textIn(element.type);
    if (mentions.has(type)) problems.push(`${where}: a mention (${type})`);
    else if (!richInline.has(type)) problems.push(`${where}: type ${type}`);
    const text = element.text;
    if (type === 'text' && textIn(text) === '') problems.push(`${where}: empty text`);
    if (text === '' || textIn(text).length > 3_000) problems.push(`${where}: text of ${textIn(text).length}`);
    if (type === 'link' && !/^(?:https?|mailto):/.test(textIn(element.url))) problems.push(`${where}: unsafe link`);
    if (textIn(element.url).length > 3_000) problems.push(`${where}: long link`);
  }
  return problems;
};

const richProblems = (block: Fields, where: string): readonly string[] => {
  const elements = listOf(block.elements);
  if (elements.length === 0) return [`${where}: no elements`];
  return elements.flatMap((element, index) => {
    const here = `${where}.${index}`;
    switch (element.type) {
      case 'rich_text_list': {
        const items = listOf(element.elements);
        const indent = Number(element.indent ?? 0);
        const offset = Number(element.offset ?? 0);
        return [
          ...(items.length === 0 ? [`${here}: no items`] : []),
          ...(indent >= 0 && indent <= 8 ? [] : [`${here}: indent ${indent}`]),
          ...(Number.isInteger(offset) && offset >= 0 ? [] : [`${here}: offset ${offset}`]),
          ...items.flatMap((item) => inlineProblems(item.elements, here)),
        ];
      }
      case 'rich_text_section':
      case 'rich_text_quote':
      case 'rich_text_preformatted':
        return inlineProblems(element.elements, here);
      default:
        return [`${here}: type ${String(element.type)}`];
    }
  });
};

const buttonProblems = (element: Fields, where: string): readonly string[] => {
  if (element.type === 'feedback_buttons')
    return ['positive_button', 'negative_button'].flatMap((name) => {
      const side = element[name];
      return textProblems(isFields(side) ? side.text : undefined, where, 75);
    });
  const { value, url } = element;
  return [
    ...textProblems(element.text, where, 75),
    ...(textIn(element.action_id).length > 255 ? [`${where}: long action_id`] : []),
    ...(value === '' || textIn(value).length > 2_000 ? [`${where}: value of ${textIn(value).length}`] : []),
    ...(url === '' || textIn(url).length > 3_000 ? [`${where}: url of ${textIn(url).length}`] : []),
  ];
};

const rowProblems = (block: Fields, where: string, max: number): readonly string[] => {
  const elements = listOf(block.elements);
  const ids = elements.map((element) => element.action_id);
  return [
    ...(elements.length === 0 || elements.length > max ? [`${where}: ${elements.length} elements`] : []),
    ...(new Set(ids).size === ids.length ? [] : [`${where}: action_id twice`]),
    ...elements.flatMap((element) => buttonProblems(element, where)),
  ];
};

const blockProblems = (block: Fields, where: string): readonly string[] => {
  switch (block.type) {
    case 'divider':
      return [];
    case 'rich_text':
      return richProblems(block, where);
    case 'header':
      return textProblems(block.text, where, 150);
    case 'section': {
      const fields = listOf(block.fields);
      if (fields.length > 10) return [`${where}: ${fields.length} fields`];
      if (block.text === undefined && fields.length === 0) return [`${where}: neither text nor fields`];
      const text = block.text === undefined ? [] : textProblems(block.text, where, 3_000);
      return [...text, ...fields.flatMap((field) => textProblems(field, where, 2_000))];
    }
    case 'context': {
      const elements = listOf(block.elements);
      if (elements.length === 0 || elements.length > 10) return [`${where}: ${elements.length} elements`];
      return elements.flatMap((element) => textProblems(element, where, 3_000));
    }
    case 'actions':
      return rowProblems(block, where, 25);
    case 'context_actions':
      return rowProblems(block, where, 5);
    default:
      return [`${where}: type ${String(block.type)}`];
  }
};

/** Characters of text and addresses anywhere in a value. */
const charactersIn = (value: unknown): number => {
  if (Array.isArray(value)) return value.reduce<number>((total, part) => total + charactersIn(part), 0);
  if (!isFields(value)) return 0;
  return Object.entries(value).reduce(
    (total, [key, part]) =>
      total + (typeof part !== 'string' ? charactersIn(part) : key === 'text' || key === 'url' ? part.length : 0),
    0,
  );
};

/** Everything that Slack would refuse in the blocks of a message, and every mention in them. Empty: all is well. */
export const blocksProblems = (blocks: readonly unknown[]): readonly string[] => {
  const size = charactersIn(blocks) + 125 * blocks.length;
  return [
    ...(blocks.length > 50 ? [`${blocks.length} blocks, at most 50`] : []),
    ...(size > 12_000 ? [`msg_blocks_too_long: ${size} characters`] : []),
    ...blocks.flatMap((block, index) => (isFields(block) ? blockProblems(block, `blocks.${index}`) : ['no block'])),
  ];
};

/** The same for the `text` of a message. */
export const textFieldProblems = (text: string): readonly string[] => [
  ...(text.length > 4_000 ? [`text of ${text.length} characters, at most 4,000`] : []),
  ...(/[<>]|&(?!(?:amp|lt|gt);)/.test(text) ? ['text is not escaped'] : []),
  ...(/(?<![\w.+-])@(?:channel|here|everyone)\b/i.test(text) ? ['text names everybody'] : []),
];
