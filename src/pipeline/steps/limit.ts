import type { ChannelId } from '#core/message.ts';
import type { Step } from '#core/turn.ts';
import { handOver } from './hand-over.ts';

export interface LimitSettings {
  /** Whether machines may answer what is sent on this channel. */
  readonly machinesAnswer: (channel: ChannelId) => boolean;
  /** Answers of the bot in one conversation within `windowMs` before it suspects a loop with another machine. */
  readonly repliesPerWindow: number;
  readonly windowMs: number;
}

/** Two machines that answer each other would never stop: beyond the limit a person looks, and the budget of an epoch is finite. */
export const limit =
  (settings: LimitSettings, now: () => Date): Step =>
  async (turn, next) => {
    const since = now().getTime() - settings.windowMs;
    const recent = turn.session.window.filter(
      (message) => message.author.role === 'bot' && message.at.getTime() > since,
    ).length;
    if (recent >= settings.repliesPerWindow && settings.machinesAnswer(turn.conversation.address.channel)) {
      return handOver(
        turn,
        'overload',
        `${recent} automatic replies in ${Math.round(settings.windowMs / 60_000)} minutes: this may be a loop with another machine.`,
      );
    }
    if (turn.session.turnsLeft <= 0)
      return handOver(turn, 'overload', 'The conversation has used up its automatic answers.');
    return next(turn);
  };
