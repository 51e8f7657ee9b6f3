import { expect, it } from 'vitest';
import { statusText } from './status-text.ts';

it('says who has a request', () => {
  expect(statusText({ status: 'human', owner: 'Mira', code: '7F3K' })).toBe('Mira has your request 7F3K.');
  expect(statusText({ status: 'human' })).toBe('Our team has your request.');
  expect(statusText({ status: 'waiting', code: '7F3K' })).toBe('Your request 7F3K is waiting for our team.');
  expect(statusText({ status: 'bot', code: '7F3K' })).toBe('I have it: ask me anything here.');
  for (const found of [undefined, { status: 'resolved' as const, code: '7F3K' }])
    expect(statusText(found)).toBe('You have no open request in this channel.');
});

it('mentions nobody by a name', () => {
  expect(statusText({ status: 'human', owner: '<!channel>' })).toBe('&lt;!channel&gt; has your request.');
});
