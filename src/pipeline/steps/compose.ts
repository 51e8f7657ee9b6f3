import type { Step, Turn, TurnOutcome } from '#core/turn.ts';

/** Chains steps in the order given; the last one must decide. */
export const compose = (steps: readonly Step[]): ((turn: Turn) => Promise<TurnOutcome>) => {
  const run =
    (index: number) =>
    (turn: Turn): Promise<TurnOutcome> => {
      const step = steps[index];
      if (step === undefined) throw new Error('No step decided the turn.');
      return step(turn, run(index + 1));
    };
  return run(0);
};
