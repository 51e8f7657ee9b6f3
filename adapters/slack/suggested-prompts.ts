import { cleanText } from '../shared/clean.ts';
import { oneLine } from './slack-text.ts';

/** Slack shows at most four (docs.slack.dev, assistant.threads.setSuggestedPrompts). */
const most = 4;

/** Questions to start an assistant thread with: `title` is the button (at most 75 characters), `message` what it says. */
export const suggestedPrompts = (
  questions: readonly string[],
): readonly { readonly title: string; readonly message: string }[] =>
  [...new Set(questions.map((question) => cleanText(question).trim().slice(0, 3_000).toWellFormed()))]
    .filter((question) => question !== '')
    .slice(0, most)
    .map((message) => ({ title: oneLine(message, 75), message }));
