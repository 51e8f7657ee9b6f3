import { describe, expect, it } from 'vitest';
import { recordingLog } from '#test/recording-log.ts';
import { sdkLog, withoutSecrets } from './sdk-log.ts';

describe('withoutSecrets', () => {
  it.each([
    ['token xoxb-1-2-abc refused', 'token [hidden] refused'],
    ['xapp-1-A0APP-1-abc', '[hidden]'],
    ['xoxe.xoxp-1-Mi0x', '[hidden]'],
    ['wss://slack.example/link/?ticket=abc-def&app_id=1', 'wss://slack.example/link/?ticket=[hidden]&app_id=[hidden]'],
    ['invalid_auth for T0HOME', 'invalid_auth for T0HOME'],
  ])('%s', (text, clean) => {
    expect(withoutSecrets(text)).toBe(clean);
  });
});

describe('sdkLog', () => {
  it('never lets debug lines through, and nothing secret', () => {
    const log = recordingLog();
    const logger = sdkLog(log, 'slack-test');
    logger.debug('the text of a customer');
    logger.warn('refused', new Error('token xoxb-1-2-abc'), { a: 1 }, undefined);
    expect(log.lines).toEqual([
      { level: 'warn', fields: { source: 'slack-test' }, message: 'refused token [hidden] {"a":1} undefined' },
    ]);
  });

  it('says less when it is quiet', () => {
    const log = recordingLog();
    sdkLog(log, 'slack-test', true).error('refused');
    expect(log.lines.map(({ level }) => level)).toEqual(['debug']);
  });
});
