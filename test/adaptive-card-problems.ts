/**
 * What Teams would say to an Adaptive Card, as far as its rules are known: the tests' referee, kept apart from the code that
 * makes cards. Structure is that of adaptivecards.io/explorer (1.5); `Action.Http`, `Media` and HTML are not for Teams
 * (learn.microsoft.com, "Cards reference").
 */

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const textIn = (value: unknown): string => (typeof value === 'string' ? value : '');

interface Kind {
  /** What the explorer marks as required, and a test for each. */
  readonly required: Readonly<Record<string, (value: unknown) => boolean>>;
  readonly optional?: readonly string[];
  /** Where elements and actions are found below. */
  readonly elements?: readonly string[];
  readonly actions?: readonly string[];
}

const isText = (value: unknown): boolean => typeof value === 'string';
const isWord = (value: unknown): boolean => typeof value === 'string' && value.trim() !== '';
const isList = (value: unknown): boolean => Array.isArray(value);
const isFull = (value: unknown): boolean => Array.isArray(value) && value.length > 0;
const isAddress = (value: unknown): boolean => /^(?:https?:\/\/|mailto:)[^\s<>]+$/.test(textIn(value));

const placed = ['id', 'spacing', 'separator', 'isVisible', 'height', 'fallback', 'requires'];
const input = ['label', 'isRequired', 'errorMessage', 'placeholder', 'value'];

const elementKinds: Readonly<Record<string, Kind>> = {
  TextBlock: {
    required: { text: isWord },
    optional: ['wrap', 'style', 'size', 'weight', 'color', 'isSubtle', 'maxLines', 'fontType', 'horizontalAlignment'],
  },
  RichTextBlock: { required: { inlines: isFull }, optional: ['horizontalAlignment'] },
  FactSet: { required: { facts: isFull } },
  Container: { required: { items: isFull }, optional: ['style', 'bleed', 'minHeight'], elements: ['items'] },
  ColumnSet: { required: { columns: isFull }, optional: ['style'], elements: ['columns'] },
  Column: { required: { items: isList }, optional: ['width', 'style'], elements: ['items'] },
  Table: {
    required: { columns: isFull, rows: isFull },
    optional: ['firstRowAsHeaders', 'showGridLines', 'gridStyle'],
    elements: ['rows'],
  },
  TableRow: { required: { cells: isFull }, elements: ['cells'] },
  TableCell: { required: { items: isList }, elements: ['items'] },
  ActionSet: { required: { actions: isFull }, actions: ['actions'] },
  Image: { required: { url: isAddress }, optional: ['altText', 'size', 'style', 'width'] },
  'Input.Text': { required: { id: isWord }, optional: [...input, 'isMultiline', 'maxLength', 'style', 'regex'] },
  'Input.ChoiceSet': {
    required: { id: isWord, choices: isList },
    optional: [...input, 'choices.data', 'isMultiSelect', 'style', 'wrap'],
  },
};

const pressed = ['id', 'title', 'style', 'mode', 'tooltip', 'isEnabled', 'iconUrl', 'requires', 'fallback'];
const actionKinds: Readonly<Record<string, Kind>> = {
  'Action.Execute': { required: { verb: isWord, data: isFields }, optional: ['associatedInputs'] },
  'Action.Submit': { required: { data: isFields }, optional: ['associatedInputs'] },
  'Action.OpenUrl': { required: { url: isAddress } },
  'Action.ShowCard': { required: { card: isFields } },
  'Action.ToggleVisibility': { required: { targetElements: isFull } },
};

const fieldProblems = (value: Fields, kind: Kind, common: readonly string[], where: string): readonly string[] => {
  const known = new Set(['type', ...common, ...(kind.optional ?? []), ...Object.keys(kind.required)]);
  return [
    ...Object.entries(kind.required).flatMap(([name, fits]) => (fits(value[name]) ? [] : [`${where}: bad ${name}`])),
    ...Object.keys(value).flatMap((name) => (known.has(name) ? [] : [`${where}: unknown property ${name}`])),
  ];
};

// What a card's Markdown would make something else of: links, images, tags, functions.
const link = /\[([^\]]*)\]\(([^()\s]*)\)/g;
const ownDate = /\{\{(?:DATE|TIME)\(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ(?:,SHORT)?\)\}\}/g;

/** Text that is read as Markdown: links lead to web pages or mail, and nothing mentions or draws anything. */
const markdownProblems = (text: string, where: string): readonly string[] => {
  const targets = [...text.matchAll(link)].map(([, , target]) => target);
  const rest = text.replace(link, '').replace(ownDate, '');
  return [
    ...targets.flatMap((target) => (isAddress(target) ? [] : [`${where}: a link to ${target}`])),
    ...(/!\[/.test(text) && /!\[[^\]]*\]\(/.test(text) ? [`${where}: an image`] : []),
    ...(/\]\(|\]:/.test(rest) ? [`${where}: half a link: ${rest.slice(0, 80)}`] : []),
    ...functionProblems(rest, where),
  ];
};

const functionProblems = (text: string, where: string): readonly string[] => [
  ...(/<\/?at\b/i.test(text) ? [`${where}: a mention`] : []),
  ...(/\{\{/.test(text) ? [`${where}: a function`] : []),
];

const brokenText = (value: unknown, where: string): readonly string[] =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this finds
  typeof value === 'string' && (!value.isWellFormed() || /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/.test(value))
    ? [`${where}: broken characters`]
    : [];

const runProblems = (run: unknown, where: string): readonly string[] => {
  if (!isFields(run) || run.type !== 'TextRun') return [`${where}: no TextRun`];
  const text = textIn(run.text);
  const { selectAction } = run;
  return [
    ...(text === '' ? [`${where}: an empty run`] : []),
    ...brokenText(text, where),
    ...functionProblems(text, where),
    ...(selectAction === undefined ? [] : actionProblems(selectAction, where)),
  ];
};

const elementProblems = (element: unknown, where: string): readonly string[] => {
  if (!isFields(element)) return [`${where}: no element`];
  const type = textIn(element.type);
  const here = `${where} ${type}`;
  const kind = Object.hasOwn(elementKinds, type) ? elementKinds[type] : undefined;
  if (kind === undefined) return [`${where}: unknown element ${type}`];
  const query = element['choices.data'];
  return [
    ...fieldProblems(element, kind, placed, here),
    ...(type === 'TextBlock'
      ? [...markdownProblems(textIn(element.text), here), ...brokenText(element.text, here)]
      : []),
    ...(type === 'RichTextBlock' ? listOf(element.inlines).flatMap((run) => runProblems(run, here)) : []),
    ...(type === 'FactSet'
      ? listOf(element.facts).flatMap((fact) =>
          isFields(fact) && isWord(fact.title) && isText(fact.value)
            ? [...markdownProblems(textIn(fact.value), here), ...brokenText(fact.value, here)]
            : [`${here}: a fact without title or value`],
        )
      : []),
    ...(type.startsWith('Input.') && !isWord(element.label) ? [`${here}: no label`] : []),
    ...(type.startsWith('Input.') && element.isRequired === true && !isWord(element.errorMessage)
      ? [`${here}: required without errorMessage`]
      : []),
    ...(query === undefined || (isFields(query) && query.type === 'Data.Query' && isWord(query.dataset))
      ? []
      : [`${here}: choices.data is no Data.Query`]),
    ...brokenText(element.value, here),
    ...(kind.elements ?? []).flatMap((name) => listOf(element[name]).flatMap((one) => elementProblems(one, here))),
    ...(kind.actions ?? []).flatMap((name) => actionsProblems(element[name], here)),
  ];
};

const actionProblems = (action: unknown, where: string): readonly string[] => {
  if (!isFields(action)) return [`${where}: no action`];
  const type = textIn(action.type);
  const here = `${where} ${type}`;
  const kind = Object.hasOwn(actionKinds, type) ? actionKinds[type] : undefined;
  if (kind === undefined) return [`${where}: unknown action ${type}`];
  const { fallback, card, style, mode, title } = action;
  return [
    ...fieldProblems(action, kind, pressed, here),
    ...brokenText(title, here),
    ...(style === undefined || ['default', 'positive', 'destructive'].includes(textIn(style))
      ? []
      : [`${here}: style ${textIn(style)}`]),
    ...(mode === undefined || mode === 'primary' || mode === 'secondary' ? [] : [`${here}: mode`]),
    ...(fallback === undefined || fallback === 'drop' ? [] : actionProblems(fallback, here)),
    ...(type === 'Action.ShowCard' ? innerCardProblems(card, here) : []),
  ];
};

const actionsProblems = (actions: unknown, where: string): readonly string[] => {
  const found = listOf(actions);
  const shown = found.filter((action) => isFields(action) && action.mode !== 'secondary');
  return [
    ...(shown.length > 6 ? [`${where}: ${shown.length} buttons, Teams shows six`] : []),
    ...found.flatMap((action) =>
      isFields(action) && isWord(action.title)
        ? actionProblems(action, where)
        : [`${where}: an action without a title`],
    ),
  ];
};

const innerCardProblems = (card: unknown, where: string): readonly string[] => {
  if (!isFields(card) || card.type !== 'AdaptiveCard') return [`${where}: no card`];
  return [
    ...(isList(card.body) ? listOf(card.body).flatMap((one) => elementProblems(one, where)) : [`${where}: no body`]),
    ...(card.actions === undefined ? [] : actionsProblems(card.actions, where)),
  ];
};

/** Ids of elements and inputs, forms that are folded away included; those of fallbacks may repeat. */
const idsIn = (value: unknown): readonly string[] => {
  if (Array.isArray(value)) return value.flatMap(idsIn);
  if (!isFields(value)) return [];
  const own = typeof value.id === 'string' && typeof value.type === 'string' ? [value.id] : [];
  return [
    ...own,
    ...Object.entries(value).flatMap(([name, part]) => (name === 'fallback' || name === 'data' ? [] : idsIn(part))),
  ];
};

const targetsIn = (value: unknown): readonly string[] => {
  if (Array.isArray(value)) return value.flatMap(targetsIn);
  if (!isFields(value)) return [];
  const own = value.type === 'Action.ToggleVisibility' ? listOf(value.targetElements).map(targetOf) : [];
  return [...own, ...Object.values(value).flatMap(targetsIn)];
};
const targetOf = (target: unknown): string => textIn(isFields(target) ? target.elementId : target);

const top = ['type', '$schema', 'version', 'fallbackText', 'speak', 'lang', 'body', 'actions', 'refresh', 'msteams'];

const refreshProblems = (refresh: unknown): readonly string[] => {
  if (refresh === undefined) return [];
  if (!isFields(refresh) || !isFields(refresh.action)) return ['refresh: no action'];
  const users = listOf(refresh.userIds);
  return [
    ...(refresh.action.type === 'Action.Execute' ? actionProblems(refresh.action, 'refresh') : ['refresh: no Execute']),
    ...(users.length > 60 ? [`refresh: ${users.length} people, at most 60`] : []),
    ...(users.every(isWord) ? [] : ['refresh: an empty id']),
  ];
};

/**
 * Everything that Teams would refuse in a card or draw as something else, and every mention in it. Empty: all is well.
 * `maxBytes`: what it may weigh as UTF-16; a bot's message may be about 100 KB.
 */
export const adaptiveCardProblems = (card: unknown, maxBytes = 80 * 1_024): readonly string[] => {
  if (!isFields(card) || card.type !== 'AdaptiveCard') return ['no Adaptive Card'];
  const ids = idsIn(card);
  const twice = ids.filter((id, index) => ids.indexOf(id) !== index);
  const bytes = 2 * JSON.stringify(card).length;
  const body = listOf(card.body);
  const { msteams } = card;
  return [
    ...(/^1\.[0-5]$/.test(textIn(card.version)) ? [] : [`version ${String(card.version)}`]),
    ...Object.keys(card).flatMap((name) => (top.includes(name) ? [] : [`card: unknown property ${name}`])),
    ...(body.length === 0 && listOf(card.actions).length === 0 ? ['card: nothing in it'] : []),
    ...(card.fallbackText === undefined || isWord(card.fallbackText) ? [] : ['card: empty fallbackText']),
    ...(isFields(msteams) && msteams.entities !== undefined ? ['card: mentions people'] : []),
    ...body.flatMap((element) => elementProblems(element, 'card')),
    ...(card.actions === undefined ? [] : actionsProblems(card.actions, 'card')),
    ...refreshProblems(card.refresh),
    ...twice.map((id) => `card: id ${id} twice`),
    ...targetsIn(card).flatMap((id) => (ids.includes(id) ? [] : [`card: toggles ${id}, which is not there`])),
    ...(bytes > maxBytes ? [`card: ${bytes} bytes, at most ${maxBytes}`] : []),
  ];
};
