import { createHash } from 'node:crypto';
import type { ChannelDeps } from '#core/channel.ts';
import { cleanLine, cleanText } from '../shared/clean.ts';
import { renderText } from '../shared/render-text.ts';
import { adaptiveCard, type Submit } from './adaptive-card.ts';
import { cardBlocks } from './card-text.ts';
import type { TeamsConfig } from './config.ts';
import type { Connector } from './connector.ts';
import manifest from './manifest/manifest.json' with { type: 'json' };
import { toTeamsMarkdown } from './markdown.ts';
import { cardAttachment, type TeamsActivity } from './outbound-activity.ts';
import type { TeamsReference } from './reference.ts';
import { oneLine, withoutMentions } from './teams-text.ts';

/** Questions to begin with: the commands that the manifest offers in a chat of one's own. */
export const starterQuestions: readonly string[] = manifest.bots
  .flatMap(({ commandLists }) => commandLists)
  .filter(({ scopes }) => scopes.includes('personal'))
  .flatMap(({ commands }) => commands.map(({ title }) => title));

/** What the app says to somebody who has just got it, as Markdown. */
export const welcomeText = (company?: string): string => {
  const name = cleanLine(company ?? '', 80).replace(/[!-/:-@[-`{-~]/g, '\\$&');
  return [
    `Hello, I am the support assistant${name === '' ? '' : ` of **${name}**`}.`,
    'I answer questions from our documentation and name my sources. When a question needs a person, I bring one in with everything said so far, so that you need not repeat anything.',
    'Just ask, or begin with one of these:',
  ].join('\n\n');
};

/** More are no help; a card shows six buttons at most. */
const most = 4;

/** Questions as buttons that ask them in the name of whoever presses (`imBack`; learn.microsoft.com, "Card actions"). */
const promptButtons = (questions: readonly string[]): Submit[] =>
  [...new Set(questions.map((question) => withoutMentions(cleanText(question)).trim().slice(0, 1_000).toWellFormed()))]
    .filter((question) => question !== '')
    .slice(0, most)
    .map((question) => ({
      type: 'Action.Submit',
      title: oneLine(question, 75),
      data: { msteams: { type: 'imBack', value: question } },
    }));

/** A first message with questions to start from (at most four); one activity, a card where there are any. */
export const encodeWelcome = (markdown: string, questions: readonly string[] = []): TeamsActivity => {
  const actions = promptButtons(questions);
  if (actions.length === 0) return { type: 'message', text: toTeamsMarkdown(markdown), textFormat: 'markdown' };
  const summary = oneLine(renderText(markdown), 200);
  return {
    type: 'message',
    summary,
    attachments: [cardAttachment(adaptiveCard({ fallbackText: summary, body: cardBlocks(markdown), actions }))],
  };
};

export interface WelcomeOptions {
  readonly config: Pick<TeamsConfig, 'company' | 'customers'>;
  readonly deps: Pick<ChannelDeps, 'cursors' | 'now' | 'log'>;
  readonly connector: Pick<Connector, 'postActivity'>;
}

/** Greets in a chat of one's own, where customers write at all; everywhere else nobody has asked for it. */
export type Welcome = (reference: TeamsReference, signal: AbortSignal) => Promise<void>;

/**
 * Once for each person, also when the app is installed again: the platform tells of it several times, and others greet nobody
 * twice either. It is noted before it is sent; a greeting that fails is not tried again. Two processes that hear of it in the very
 * same moment both greet.
 */
export const createWelcome = ({ config, deps, connector }: WelcomeOptions): Welcome => {
  const { cursors, now, log } = deps;
  const underway = new Set<string>();

  const greet = async (name: string, reference: TeamsReference, signal: AbortSignal): Promise<void> => {
    const before = await cursors.load(name);
    if (before !== undefined && before !== null) return;
    await cursors.save(name, now().toISOString());
    const greeting = encodeWelcome(welcomeText(config.company), starterQuestions);
    const sent = await connector.postActivity(reference, greeting, signal);
    if (!sent.ok) log.warn({ code: sent.code }, `somebody could not be greeted: ${sent.message}`);
  };

  return async (reference, signal) => {
    const { type, conversationId, tenantId = '' } = reference;
    if (type !== 'personal' || !config.customers) return;
    // The chat of a person with us never changes its id, which is long and theirs: its hash is enough.
    const person = createHash('sha256').update(`${tenantId}:${conversationId}`).digest('hex').slice(0, 32);
    const name = `teams:welcomed:${person}`;
    if (underway.has(name)) return;
    underway.add(name);
    await greet(name, reference, signal).finally(() => underway.delete(name));
  };
};
