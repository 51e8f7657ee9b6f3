import type { Step } from '#core/turn.ts';
import { isThanks } from '../route.ts';
import { wordsFor } from '../words.ts';
import { acceptsOffer } from './ask-human.ts';

const greeting =
  /^(?:hi+|hey+|hello|hallo|moin|good (?:morning|afternoon|evening|day)|guten (?:tag|morgen|abend)|bonjour|salut|hola|ciao|buongiorno|olá|hoi|yo)(?: (?:there|all|team|everyone|support|zusammen))?[\s,.!👋🙂😊]*$/iu;

/** Thanks get no answer; a bare greeting gets a short one, except where several people talk. */
export const guard: Step = async (turn, next) => {
  if (turn.pending.some(({ event }) => event.body.kind === 'action')) return next(turn);
  if (isThanks(turn.question) && !acceptsOffer(turn)) return { kind: 'silent', why: 'pleasantry' };
  if (greeting.test(turn.question.trim())) {
    if (turn.audience.shared) return { kind: 'silent', why: 'pleasantry' };
    return {
      kind: 'ask-back',
      why: 'greeting',
      confidence: 1,
      content: { markdown: wordsFor(turn.conversation.locale).greeting, attachments: [] },
    };
  }
  return next(turn);
};
