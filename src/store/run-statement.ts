import { AppError, errorMessage } from '#core/errors.ts';

const deadlockDetected = '40P01';
/** Data that does not fit, constraints, and what is too large to be indexed or parsed: trying again cannot help. */
const contentFaults = /^(?:22|23|54)/;

/**
 * Runs one statement of the message path, which is its own transaction. A deadlock's victim wrote nothing and is run again;
 * content that the database can never take is `bad-request`, so that nobody tries it for ever.
 */
export const runStatement = async <T>(run: () => Promise<T>): Promise<T> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await run();
    } catch (error) {
      const code = sqlStateOf(error);
      if (code === deadlockDetected && attempt < 5) continue;
      if (!contentFaults.test(code)) throw error;
      throw new AppError('bad-request', 'This cannot be stored. Change it and try again.', {
        message: `${errorMessage(error).slice(0, 200)} (SQLSTATE ${code})`,
        cause: error,
      });
    }
  }
};

/** Whether the database looked at a statement and said no, rather than being away or short of something (08, 53, 57, 58). */
export const isRefusal = (error: unknown): boolean =>
  (error instanceof AppError && error.code === 'bad-request') || /^(?!08|53|57|58)./.test(sqlStateOf(error));

const sqlStateOf = (error: unknown): string => {
  const { code } = (error ?? {}) as { readonly code?: unknown };
  return typeof code === 'string' && /^[0-9FHPX][0-9A-Z]{4}$/.test(code) ? code : '';
};
