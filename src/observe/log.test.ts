import { spawnSync } from 'node:child_process';
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { Log } from '#core/channel.ts';
import { AppError } from '#core/errors.ts';
import { createLog, currentCorrelation, type LogOptions, withCorrelation } from './log.ts';

const logInto = (options: LogOptions = {}, isTTY = false) => {
  const lines: string[] = [];
  const log = createLog({ ...options, destination: { isTTY, write: (line) => lines.push(line) } });
  return { log, lines, records: () => lines.map((line): Record<string, unknown> => JSON.parse(line)) };
};

describe('the log', () => {
  it('writes one line of JSON per entry: time, level, message, fields', () => {
    const { log, lines, records } = logInto({ fields: { role: 'worker' } });
    log.info({ turns: 3 }, 'drained\nand stopped');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^[^\n]+\n$/);
    expect(records()).toEqual([
      {
        level: 'info',
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        pid: process.pid,
        role: 'worker',
        turns: 3,
        message: 'drained\nand stopped',
      },
    ]);
  });

  it('keeps to its level', () => {
    const { log, records } = logInto({ level: 'warn' });
    const core: Log = log;
    core.debug({}, 'a');
    core.info({}, 'b');
    core.warn({}, 'c');
    core.error({}, 'd');
    expect(records().map(({ message }) => message)).toEqual(['c', 'd']);
    const silent = logInto({ level: 'silent' });
    silent.log.fatal({}, 'nothing');
    expect(silent.lines).toEqual([]);
  });

  it('masks secrets: telling fields, known values in texts and stacks, passwords in URLs', () => {
    const { log, lines } = logInto({ secrets: ['s3cr3t-value'] });
    log.info({ req: { headers: { authorization: 'Bearer x' } } }, 'request');
    log.error(
      { err: new Error('login with s3cr3t-value failed') },
      'connect to redis://u:hidden@h:1 with s3cr3t-value',
    );
    expect(lines.join('')).not.toMatch(/s3cr3t-value|hidden|Bearer/);
    expect(lines.join('')).toContain('redis://u:***@h:1');
  });

  it('writes of an error its name, code, message, stack and causes, and nothing else that hangs on it', () => {
    const { log, records } = logInto();
    const socket = Object.assign(new Error('refused'), { code: 'ECONNREFUSED', config: { body: 'what Ana wrote' } });
    log.error(
      { err: new AppError('unavailable', 'Try again.', { message: 'no model', cause: socket }) },
      'turn failed',
    );
    expect(records()).toMatchObject([
      { err: { name: 'AppError', code: 'unavailable', message: 'no model', cause: { code: 'ECONNREFUSED' } } },
    ]);
    expect(JSON.stringify(records())).not.toContain('Ana');
    log.error(new AggregateError([socket, 'odd'], 'all failed'), 'given alone');
    expect(records().at(-1)).toMatchObject({ err: { errors: [{ code: 'ECONNREFUSED' }, 'odd'] } });
  });

  it('survives an error that is its own cause', () => {
    const { log, records } = logInto();
    const error = new Error('loop');
    error.cause = error;
    log.error({ err: error }, 'odd');
    expect(records()).toHaveLength(1);
  });
});

describe('correlation', () => {
  it('stands in every line from within, also after an await, and in no other', async () => {
    const { log, records } = logInto();
    const work = async (conversationId: string) =>
      withCorrelation({ conversationId }, async () => {
        await turnOfTheLoop();
        await withCorrelation({ messageId: `m${conversationId}` }, async () => {
          await turnOfTheLoop();
          log.info({}, 'inner');
        });
        log.info({}, 'outer');
      });
    await Promise.all(['1', '2'].map(work));
    log.info({}, 'outside');
    const about = (message: string) =>
      records()
        .filter((record) => record.message === message)
        .map(({ conversationId, messageId }) => [conversationId, messageId]);
    expect(about('inner').sort()).toEqual([
      ['1', 'm1'],
      ['2', 'm2'],
    ]);
    expect(about('outer').sort()).toEqual([
      ['1', undefined],
      ['2', undefined],
    ]);
    expect(about('outside')).toEqual([[undefined, undefined]]);
    expect(currentCorrelation()).toEqual({});
  });

  it('gives back what the function returns, and the line has the last word', () => {
    const { log, records } = logInto();
    const result = withCorrelation({ channel: 'email' }, () => {
      log.info({ channel: 'web' }, 'both');
      log.info({}, 'again');
      return 42;
    });
    expect(result).toBe(42);
    expect(records().map(({ channel }) => channel)).toEqual(['web', 'email']);
  });
});

describe('the log at a terminal', () => {
  const pretty = (options: LogOptions = { profile: 'development' }) => {
    const { log, lines } = logInto(options, true);
    return { log, text: () => stripVTControlCharacters(lines.join('')) };
  };

  it('is for reading in development', () => {
    const { log, text } = pretty();
    log.warn({ conversationId: '7', why: 'two words' }, 'turn discarded');
    expect(text()).toMatch(/^\d\d:\d\d:\d\d\.\d{3} WARN {2}turn discarded conversationId=7 why="two words"\n$/);
  });

  it('shows the stack below', () => {
    const { log, text } = pretty();
    log.error({ err: new TypeError('boom') }, 'failed');
    expect(text()).toMatch(/ERROR failed err=\{"name":"TypeError","message":"boom"\}\n {4}TypeError: boom\n {8}at /);
  });

  it('lets nobody steer the terminal', () => {
    const { log } = pretty();
    const { lines, log: raw } = logInto({ profile: 'development' }, true);
    log.info({}, '');
    raw.info({ name: 'a\u001b[2Jb', path: 'x\ny' }, 'said \u001b]0;title\u0007 \u202egnp');
    expect(stripVTControlCharacters(lines.join(''))).toContain(
      'said \\u001b]0;title\\u0007 \\u202egnp name="a\\u001b[2Jb" path="x\\ny"',
    );
    expect(lines.join('').split('\n')).toHaveLength(2);
  });

  it('stays JSON in production', () => {
    const { log, text } = pretty({ profile: 'production' });
    log.info({}, 'ready');
    expect(JSON.parse(text())).toMatchObject({ message: 'ready' });
  });
});

describe('standard error', () => {
  it('has every line, and standard output none, when the process ends at once', () => {
    const program = `
      import { createLog } from '#src/observe/log.ts';
      const log = createLog();
      for (let n = 0; n < 1000; n += 1) log.info({ n }, 'line');
      process.exit(3);
    `;
    const child = spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' });
    expect(child.status).toBe(3);
    expect(child.stdout).toBe('');
    expect(
      child.stderr
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).n),
    ).toEqual(Array.from({ length: 1000 }, (_, n) => n));
  });
});
