import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shorten } from '../shared/shorten.ts';
import { breakMentions, escapeSlack, mrkdwnLabel, mrkdwnLink, oneLine } from './slack-text.ts';

describe('strings for Slack', () => {
  it('lose what no client can show', () => {
    expect(oneLine('  Ann\u202e\n Lee ', 80)).toBe('Ann Lee');
  });

  it('are cut at a word and never through a character', () => {
    expect(shorten('one two three four', 15)).toBe('one two three…');
    expect(shorten('x'.repeat(20), 10)).toBe(`${'x'.repeat(9)}…`);
    expect(shorten('😀😀😀', 4)).toBe('😀…');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.integer({ min: 1, max: 40 }), (text, max) => {
        const short = shorten(text, max);
        expect(short.length).toBeLessThanOrEqual(max);
        expect(short.isWellFormed()).toBe(true);
      }),
    );
  });

  it('have their control characters escaped and call nobody', () => {
    expect(escapeSlack('<!here> & co')).toBe('&lt;!here&gt; &amp; co');
    expect(breakMentions('@channel, (@Here) bob@here.example @channels')).toBe(
      '@\u200bchannel, (@\u200bHere) bob@here.example @channels',
    );
    expect(mrkdwnLabel('*`a|b`*\n<x>', 50)).toBe('∗ˋa¦bˋ∗ &lt;x&gt;');
  });

  it('become links only to where people may be sent', () => {
    expect(mrkdwnLink('https://acme.example/a?b=1&c=|', 'A')).toBe('<https://acme.example/a?b=1&amp;c=%7C|A>');
    expect(mrkdwnLink('mailto:a<!channel>@b.example', 'A')).toBe('<mailto:a%3C!channel%3E@b.example|A>');
    for (const url of [undefined, 'javascript:x', '/a', `https://acme.example/${'x'.repeat(2_000)}`])
      expect(mrkdwnLink(url, 'A')).toBe('A');
  });
});
