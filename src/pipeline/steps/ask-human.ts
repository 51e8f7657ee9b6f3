import type { Step, Turn } from '#core/turn.ts';
import { handOver } from './hand-over.ts';
import { wantsPerson } from './wants-person.ts';

export interface EscalationPolicy {
  readonly name: string;
  /** Case-insensitive regular expression on the customer's words. */
  readonly text: RegExp;
}

const yes =
  /^\W*(?:yes|yeah|yep|sure|please(?: do)?|ok(?:ay)?|go ahead|do it|ja(?: bitte)?|oui|s[ií]|sim|yes please|please yes|that would be (?:great|good|nice))(?:[\s,.!]+(?:please|thanks?|thank you|do|bitte))*\W*$/iu;
const upset =
  /\b(?:ridiculous|unacceptable|outrageous|furious|terrible (?:service|support)|worst (?:service|support|company)|sick of|fed up|useless|waste of (?:time|money)|joke of a|wtf|bullshit|scam)\b/iu;
const unhelpful =
  /\b(?:(?:that|this|it) (?:did ?n[o']?t|does ?n[o']?t|is ?n[o']?t|was ?n[o']?t) (?:help|helpful|work|working|answer|what i)|didn'?t (?:help|work)|not helpful|still (?:not working|broken|does ?n'?t work|the same)|already tried (?:that|this|it)|you (?:already )?(?:said|told me) that|wrong answer)/iu;

/** Does this customer want, or need, a person now? Asking for one always works; offers that were accepted too. */
export const askHuman =
  (policies: readonly EscalationPolicy[]): Step =>
  async (turn, next) => {
    const words = turn.question;
    if (
      turn.conversation.linkedTo !== undefined &&
      turn.session.window.every((message) => message.author.role === 'customer')
    ) {
      return handOver(
        turn,
        'unknown-sender',
        'The sender refers to a conversation that they are not part of. Check who they are before sharing anything.',
      );
    }
    if (
      turn.pending.some(({ event }) => event.body.kind === 'action' && event.body.action === 'human') ||
      wantsPerson(words)
    ) {
      return handOver(turn, 'asked-for-human', 'The customer asked for a person.');
    }
    if (acceptsOffer(turn)) return handOver(turn, 'asked-for-human', 'The customer accepted the offer of a person.');
    const policy = policies.find((rule) => rule.text.test(words));
    if (policy !== undefined) return handOver(turn, 'policy', `Policy "${policy.name}": this always goes to a person.`);
    if (upset.test(words)) return handOver(turn, 'negative-mood', 'The customer is upset.');
    if (unhelpful.test(words) && lastAnswer(turn) !== undefined && words.length < 300) {
      return handOver(turn, 'repeated', 'The customer says that the answer did not help.');
    }

    const outcome = await next(turn);
    if (outcome.kind === 'ask-back' && outcome.why !== 'greeting' && offered(turn)) {
      return handOver(turn, 'low-confidence', 'The documentation did not answer twice in a row.');
    }
    return outcome;
  };

/** Does the customer say yes to the offer of a person? "ok" alone is thanks elsewhere. */
export const acceptsOffer = (turn: Turn): boolean => offered(turn) && yes.test(turn.question);

const lastAnswer = (turn: Turn) =>
  turn.session.window.findLast((message) => message.author.role === 'bot' && message.meta.kind === 'answer');

/** Was the last thing that the bot said an offer to bring a person? */
const offered = (turn: Turn): boolean => {
  const last = turn.session.window.findLast((message) => message.author.role === 'bot');
  return last?.meta.actions?.some((action) => action.id === 'human') ?? false;
};
