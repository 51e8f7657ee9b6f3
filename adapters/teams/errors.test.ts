import { describe, expect, it } from 'vitest';
import { isStreamOver, isUneditable, refused } from './errors.ts';

describe('what Teams refuses', () => {
  it.each([
    [{ status: 403, code: 'BotNotInConversationRoster' }, 'not_member'],
    [{ status: 403, code: 'ConversationBlockedByUser' }, 'blocked'],
    [{ status: 403, code: 'MessageWritesBlocked' }, 'blocked'],
    [{ status: 403, code: 'BotDisabledByAdmin' }, 'blocked'],
    [{ status: 403 }, 'forbidden'],
    [{ status: 401 }, 'unauthorized'],
    [{ status: 401, code: 'BotNotRegistered' }, 'not_registered'],
    [{ status: 404, code: 'ConversationNotFound' }, 'conversation_gone'],
    [{ status: 404, code: 'ActivityNotFoundInConversation' }, 'message_not_found'],
    [{ status: 413, code: 'MessageSizeTooBig' }, 'too_large'],
    [{ status: 403, code: 'ContentStreamNotAllowed', message: 'Message size too large' }, 'too_large'],
    [{ status: 400, code: 'Bad Argument' }, 'bad_request'],
    [{ status: 403, code: 'ContentStreamNotAllowed', message: 'Content stream is not allowed' }, 'stream_over'],
    [{ status: 302 }, 'http_302'],
  ])('%j for good is %s, with words', (refusal, code) => {
    const failure = refused('a message', refusal);
    expect(failure).toMatchObject({ ok: false, code, permanent: true });
    expect(failure.message).toContain(`${refusal.status}`);
    expect(failure.message.length).toBeGreaterThan(40);
  });

  it.each([
    [412, 'unavailable'],
    [502, 'unavailable'],
    [503, 'unavailable'],
    [500, 'unknown'],
    [504, 'unknown'],
    [429, 'rate_limited'],
  ])('%i passes, as %s', (status, code) => {
    expect(refused('a message', { status, retryAfterMs: 7_000 })).toMatchObject({
      ...{ ok: false, code, permanent: false, retryAfterMs: 7_000 },
    });
  });

  it('keeps the words of the platform, which may quote people, out of its message', () => {
    const { message } = refused('a message', { status: 403, code: 'x'.repeat(80), message: 'My card number is 4111' });
    expect(message).not.toContain('4111');
    expect(message).not.toContain('xxx');
  });

  it('tells what can be done instead', () => {
    const gone = refused('a change', { status: 404, code: 'ActivityNotFoundInConversation' });
    const over = refused('a piece', {
      status: 400,
      message: 'Request streamed content should contain the previous one',
    });
    expect([isUneditable(gone), isStreamOver(gone)]).toEqual([true, false]);
    expect([isUneditable(over), isStreamOver(over)]).toEqual([true, true]);
  });
});
