import { isAcknowledgement } from '#core/questions.ts';
import type { Step, Turn } from '#core/turn.ts';
import { isThanks } from '../route.ts';
import { wordsFor } from '../words.ts';
import { asksAboutUs } from './about-us.ts';
import { acceptsOffer } from './ask-human.ts';

const greeting =
  /^(?:hi+|hey+|hello|hallo|moin|good (?:morning|afternoon|evening|day)|guten (?:tag|morgen|abend)|bonjour|salut|hola|ciao|buongiorno|olá|hoi|yo)(?: (?:there|all|team|everyone|support|zusammen))?[\s,.!👋🙂😊]*(?:(?:i have |we have |just )?(?:a|one|another)? ?(?:quick |small )?question(?: please)?[\s,.!:]*|(?:ich habe |wir haben )?(?:eine |eine kurze )?frage[\s,.!:]*)?$/iu;

/** Whether the last thing that we said was an answer, and neither a question nor an offer. */
const followsAnswer = ({ session }: Turn): boolean =>
  session.window.findLast(({ author }) => author.role === 'bot')?.meta.kind === 'answer';
/** Nobody is content who says only that. */
const justNo = /^\P{L}*(?:no|nope|nah|nein|non|nee|não)\P{L}*$/iu;

/** Thanks get no answer; a bare greeting, or a question about us, gets a short one, except where several people talk. */
export const guard: Step = async (turn, next) => {
  if (turn.pending.some(({ event }) => event.body.kind === 'action')) return next(turn);
  if (isThanks(turn.question) && !acceptsOffer(turn)) return { kind: 'silent', why: 'pleasantry' };
  if (followsAnswer(turn) && isAcknowledgement(turn.question) && !justNo.test(turn.question))
    return { kind: 'silent', why: 'acknowledged' };
  const isBare = turn.question.trim() === '' && turn.pending.some(({ event }) => event.attention === 'addressed');
  const isAboutUs = asksAboutUs(turn.question);
  if (isBare || isAboutUs || greeting.test(turn.question.trim())) {
    const isToUs = turn.pending.some(({ event }) => event.attention === 'addressed');
    if (turn.audience.shared && !isToUs) return { kind: 'silent', why: 'pleasantry' };
    const words = wordsFor(turn.conversation.locale);
    return {
      kind: 'ask-back',
      why: 'greeting',
      confidence: 1,
      content: { markdown: isAboutUs ? words.aboutUs : words.greeting, attachments: [] },
    };
  }
  return next(turn);
};
