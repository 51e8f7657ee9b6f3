import { describe, expect, it } from 'vitest';
import { AppError } from '#core/errors.ts';
import { isRefusal, runStatement } from './run-statement.ts';

const failure = (code: unknown): Error => Object.assign(new Error('the database said no'), { code });

/** Fails with each of `codes` in turn, then answers. */
const failing = (...codes: readonly unknown[]) => {
  let calls = 0;
  return {
    calls: () => calls,
    run: () => {
      calls += 1;
      return calls <= codes.length ? Promise.reject(failure(codes[calls - 1])) : Promise.resolve('answer');
    },
  };
};

describe('isRefusal', () => {
  it.each(['23505', '22P02', '21000', 'XX000', 'P0001'])('tells a statement that was refused (%s)', (code) => {
    expect(isRefusal(failure(code))).toBe(true);
    expect(isRefusal(new AppError('bad-request', 'This cannot be stored.'))).toBe(true);
  });

  it.each(['08006', '53300', '57014', '57P01', '58030', 'ECONNREFUSED', 'EPIPE', undefined])(
    'from a database that is away (%s)',
    (code) => {
      expect(isRefusal(failure(code))).toBe(false);
      expect(isRefusal(undefined)).toBe(false);
    },
  );
});

describe('runStatement', () => {
  it('runs a deadlock’s victim again', async () => {
    const statement = failing('40P01', '40P01');
    expect(await runStatement(statement.run)).toBe('answer');
    expect(statement.calls()).toBe(3);
  });

  it('does not go on for ever', async () => {
    const statement = failing(...Array.from({ length: 50 }, () => '40P01'));
    await expect(runStatement(statement.run)).rejects.toThrow('the database said no');
    expect(statement.calls()).toBe(5);
  });

  it.each(['22021', '22P02', '23502', '54000'])(
    'tells content that can never be stored (%s) from the rest',
    async (code) => {
      const statement = failing(code);
      await expect(runStatement(statement.run)).rejects.toMatchObject({
        code: 'bad-request',
        message: `the database said no (SQLSTATE ${code})`,
      });
      expect(statement.calls()).toBe(1);
    },
  );

  it.each(['08006', '57014', '53300', '57P01', 'ECONNREFUSED', undefined, 22])(
    'passes anything else on (%s)',
    async (code) => {
      const thrown = await runStatement(failing(code).run).catch((error: unknown) => error);
      expect(thrown).not.toBeInstanceOf(AppError);
      expect(thrown).toMatchObject({ message: 'the database said no' });
    },
  );

  it('bears what is no error at all', async () => {
    await expect(runStatement(() => Promise.reject(null))).rejects.toBeNull();
  });
});
