/** Tells requests that wait for something that the server is about to stop, so that they answer with what they have. */
export interface Closing {
  begin(): void;
  /** `promise`, or `otherwise` as soon as the server starts to close. */
  orElse<T>(promise: Promise<T>, otherwise: T): Promise<T>;
}

export const createClosing = (): Closing => {
  const waiting = new Set<() => void>();
  let begun = false;
  return {
    begin() {
      begun = true;
      for (const giveUp of waiting) giveUp();
    },
    async orElse<T>(promise: Promise<T>, otherwise: T): Promise<T> {
      // Not a race against one long-lived promise: that would keep every request's reaction for ever.
      return new Promise<T>((resolve, reject) => {
        const giveUp = (): void => resolve(otherwise);
        const settle = (): void => void waiting.delete(giveUp);
        waiting.add(giveUp);
        promise.then(resolve, reject).finally(settle);
        if (begun) giveUp();
      });
    },
  };
};
