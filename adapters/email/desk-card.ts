import { channelNames } from '#core/channel-names.ts';
import type { Card } from '#core/escalation.ts';
import type { Citation } from '#core/message.ts';
import { cleanLine } from '../shared/clean.ts';
import { escapeHtml, renderHtml } from '../shared/render-html.ts';
import { renderText } from '../shared/render-text.ts';
import { safeUrl } from '../shared/safe-url.ts';
import { limits } from './limits.ts';
import { styles } from './mail-parts.ts';

const howTo = [
  'Reply to this mail and your words go to the customer under your name. Reply to all, so that your colleagues read along.',
  'Start with // for a note that only the team reads.',
  '/claim, /resolve, /return (to the bot) or /reopen on a line of their own, with or without a message; /reassign and a name hands the case to a colleague.',
];

const maxReplyChars = 10_000;
const label = (text: string, maxChars = 200): string => cleanLine(text, maxChars);

const subjectChars = 120;
/** What the thread of a case is called: its reference and the question. */
export const deskSubject = ({ code, title }: Card): string =>
  `[${label(code, 20)}] ${label(title, subjectChars) || 'A customer needs help'}`;

/** `2024-05-02 10:00 UTC`: a mail is the same for all its readers, wherever they are. */
const moment = (iso: string): string => {
  const at = Date.parse(iso);
  return Number.isNaN(at) ? '' : `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
};

const stateOf = ({ status, claimedBy = '' }: Card): string => {
  const who = label(claimedBy);
  if (status === 'open') return 'Open, nobody has it yet';
  if (status === 'claimed') return `${who || 'Somebody'} has it`;
  return who === '' ? 'Closed' : `Closed by ${who}`;
};

/** What is to be known before the transcript, each with its name. Empty values are left out. */
const facts = (card: Card): readonly (readonly [name: string, value: string])[] => {
  const listed = (...values: readonly (string | undefined)[]) =>
    values
      .map((value) => label(value ?? ''))
      .filter((value) => value !== '')
      .join(', ');
  return (
    [
      ['State', stateOf(card)],
      ['From', listed(card.customer, card.organization) || 'Unknown'],
      ['Channel', listed(channelNames[card.channel], card.place)],
      ['Waiting since', moment(card.waitingSince)],
      ['Answer due', card.due === undefined ? '' : moment(card.due)],
      ['Reference', label(card.code)],
      ['Earlier case', label(card.previous ?? '')],
      ['Why now', label(card.why, limits.headerChars)],
    ] as const
  ).filter(([, value]) => value !== '');
};

const linkOf = ({ title, url }: Citation): { readonly name: string; readonly href?: string } => {
  const href = url === undefined ? undefined : safeUrl(url);
  return { name: label(title) || 'Untitled', ...(href === undefined ? {} : { href }) };
};

const consoleUrl = ({ url }: Card): string | undefined => (url === undefined ? undefined : safeUrl(url));

/** Everything a card says, as the text part of the mail that opens its thread. */
export const cardText = (card: Card): string => {
  const suggested = renderText((card.suggestedReply ?? '').slice(0, maxReplyChars)).trim();
  const url = consoleUrl(card);
  const section = (name: string, lines: readonly string[]) => (lines.length === 0 ? '' : [name, ...lines].join('\n'));
  return [
    label(card.title, limits.headerChars),
    facts(card)
      .map(([name, value]) => `${name}: ${value}`)
      .join('\n'),
    section(
      'Tried:',
      card.tried.map(linkOf).map(({ name, href }) => `- ${name}${href === undefined ? '' : ` ${href}`}`),
    ),
    suggested === '' ? '' : `Suggested reply:\n\n${suggested.replace(/^/gm, '    ')}`,
    section(
      'Conversation:',
      card.transcript.map(({ who, role, text }) => `\n${label(who, 60) || role}: ${renderText(text).trim()}`),
    ),
    ['-'.repeat(20), ...howTo, ...(url === undefined ? [] : [`In the console: ${url}`])].join('\n'),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
};

const grey = 'margin:0 0 4px;font-size:13px;color:#57606a';
const anchor = (name: string, href: string): string =>
  `<a href="${escapeHtml(href)}" style="${styles.a}">${escapeHtml(name)}</a>`;

/** The same as an HTML fragment. */
export const cardHtml = (card: Card): string => {
  const suggested = (card.suggestedReply ?? '').slice(0, maxReplyChars).trim();
  const url = consoleUrl(card);
  const heading = (name: string) => `<p style="margin:16px 0 4px"><strong>${name}</strong></p>`;
  const boxed = (html: string) => `<blockquote style="${styles.blockquote}">${html}</blockquote>`;
  const sources = card.tried
    .map(linkOf)
    .map(
      ({ name, href }) => `<li style="${styles.li}">${href === undefined ? escapeHtml(name) : anchor(name, href)}</li>`,
    );
  return [
    `<h2 style="${styles.h2}">${escapeHtml(label(card.title, limits.headerChars))}</h2>`,
    `<table style="${styles.table}">${facts(card)
      .map(
        ([name, value]) =>
          `<tr><th style="${styles.th}">${name}</th><td style="${styles.td}">${escapeHtml(value)}</td></tr>`,
      )
      .join('')}</table>`,
    sources.length === 0 ? '' : `${heading('Tried')}<ul style="${styles.ul}">${sources.join('')}</ul>`,
    suggested === '' ? '' : heading('Suggested reply') + boxed(renderHtml(suggested, styles)),
    card.transcript.length === 0 ? '' : heading('Conversation'),
    ...card.transcript.map(
      ({ who, role, text }) =>
        `<p style="${grey}">${escapeHtml(label(who, 60) || role)}</p>${boxed(renderHtml(text, styles))}`,
    ),
    `<hr style="${styles.hr}">`,
    ...howTo.map((line) => `<p style="${grey}">${escapeHtml(line)}</p>`),
    url === undefined ? '' : `<p style="${grey}">${anchor('Open in the console', url)}</p>`,
  ].join('');
};

/**
 * What has become of a case, for a mail below its card: a mail that was sent cannot be drawn anew. `undefined` when nothing
 * happened that the team must read of.
 */
export const changeInWords = (card: Card): string | undefined => {
  if (card.superseded !== undefined) return label(card.superseded, limits.headerChars);
  const who = label(card.claimedBy ?? '') || 'Somebody';
  if (card.status === 'claimed') return `${who} has this case now.`;
  if (card.article !== undefined) return articleInWords(card, card.article);
  if (card.status === 'resolved')
    return `${who} has closed this case. To go on with this customer, answer with /reopen on a line of its own.`;
  return undefined;
};

const maxArticleChars = 2_000;

/** The article that was drafted from a closed case: what it says, and how to decide on it. */
const articleInWords = ({ actions }: Card, { title, text }: NonNullable<Card['article']>): string => {
  const words = text.slice(0, maxArticleChars).trim();
  const publish = actions.find(({ id }) => id === 'publish')?.label;
  return [
    label(title, limits.headerChars),
    words === '' ? '' : words.replace(/^/gm, '> '),
    publish === undefined
      ? ''
      : `${label(publish)}: answer with /publish on a line of its own. /dismiss drops the draft, and the console changes it.`,
  ]
    .filter((part) => part !== '')
    .join('\n\n');
};
