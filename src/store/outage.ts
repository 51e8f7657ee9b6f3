import type { Log } from '#core/channel.ts';

/** Tells the log about a dependency that comes and goes: one warning when it goes, one line when it is back. */
export interface Outage {
  readonly ongoing: boolean;
  /** Begins an outage, or does nothing during one. `reason` is logged. */
  begin(reason: string): void;
  /** Ends the outage, if there is one. */
  end(): void;
}

/** `consequence` says what the product does meanwhile, in words for whoever reads the log. */
export const createOutage = (options: {
  readonly what: string;
  readonly consequence: string;
  readonly log: Log;
  readonly now?: () => Date;
}): Outage => {
  const { what, consequence, log, now = () => new Date() } = options;
  let since: Date | undefined;
  return {
    get ongoing() {
      return since !== undefined;
    },
    begin: (reason) => {
      if (since !== undefined) return;
      since = now();
      log.warn({ reason }, `${what} is unavailable; ${consequence}`);
    },
    end: () => {
      if (since === undefined) return;
      const awayMs = now().getTime() - since.getTime();
      since = undefined;
      log.info({ awayMs }, `${what} is back`);
    },
  };
};
