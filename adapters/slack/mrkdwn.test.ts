import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wellFormedText } from '#test/any-text.ts';
import { renderText } from '../shared/render-text.ts';
import { markdownLink, readMrkdwn, withoutMentions } from './mrkdwn.ts';

const us = new Set(['U0BOT']);
const read = (text: string): string => readMrkdwn(text, us).markdown;

/** What Slack makes a mention of. */
const live =
  /<(?:@[UW][A-Z0-9]+|#[CGD][A-Z0-9]+|!(?:here|channel|everyone|group)|!subteam\^[A-Z0-9]+|!date\^[^<>|]*)(?:\|[^<>]*)?>/;
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

describe('mark-up', () => {
  it.each([
    ['*bold* and _italic_ and ~gone~', '**bold** and _italic_ and ~~gone~~'],
    ['(*bold*), *two words*.', '(**bold**), **two words**.'],
    ['2*3*4 and a * b * c and *open', '2*3*4 and a * b * c and *open'],
    ['snake_case_name, a~b~c', 'snake_case_name, a~b~c'],
    ['**already so**', '**already so**'],
    ['*a\nb*', '*a\nb*'],
    ['`*x* &amp; &lt;y&gt;` *z*', '`*x* & <y>` **z**'],
    ['*see `code` here*', '**see `code` here**'],
    ['before ```one\ntwo``` after', 'before \n```\none\ntwo\n```\n after'],
    ['```\n*x* <https://acme.example|acme.example>\n```', '```\n*x* https://acme.example\n```'],
    ['Fish &amp;amp; chips &lt;3', 'Fish &amp; chips <3'],
    ['&gt; one\n&gt; two\nmine', '> one\n> two\n\nmine'],
    ['look:\n&gt;&gt;&gt; one\ntwo\n\nthree', 'look:\n> one\n> two\n>\n> three'],
    ['• one\n    ◦ nested\n• two\nthen', '- one\n    - nested\n- two\n\nthen'],
    [':tada: stays', ':tada: stays'],
  ])('%j reads %j', (mrkdwn, markdown) => {
    expect(read(mrkdwn)).toBe(markdown);
  });

  it('keeps a quote and a list apart from what follows them', () => {
    expect(renderText(read('&gt; they said\nI say'))).toBe('> they said\n\nI say');
    expect(renderText(read('• one\n• two\nthanks'))).toBe('- one\n- two\n\nthanks');
  });
});

describe('links', () => {
  it.each([
    ['<https://acme.example/a?b=1&amp;c=2|the *docs*>', '[the *docs*](https://acme.example/a?b=1&c=2)'],
    ['<https://acme.example/a_b_c>', 'https://acme.example/a_b_c'],
    ['<https://acme.example|https://acme.example>', 'https://acme.example'],
    ['<http://acme.example|acme.example>', '[acme.example](http://acme.example)'],
    ['<mailto:ann@acme.example|ann@acme.example>', 'ann@acme.example'],
    ['<mailto:ann@acme.example|write to Ann>', '[write to Ann](mailto:ann@acme.example)'],
    ['<tel:+4930123|+49 30 123>', '+49 30 123'],
    ['<https://acme.example/x_(y)|a [b] c>', '[a \\[b\\] c](https://acme.example/x_%28y%29)'],
    ['<javascript:alert(1)|click>', 'click'],
    ['List<String> and <div class="x">', 'List<String> and <div class="x">'],
  ])('%j reads %j', (mrkdwn, markdown) => {
    expect(read(mrkdwn)).toBe(markdown);
  });

  it('lead only where people may be sent', () => {
    expect(markdownLink('file:///etc/passwd', 'open')).toBe('open');
    expect(markdownLink('data:text/html,x')).toBe('data:text/html,x');
  });
});

describe('mentions', () => {
  it.each([
    ['<@U0ANN|ann> and <@U0BEN> and <@W0CAT|@cat>', '@ann and @U0BEN and @cat'],
    ['in <#C0GEN|general>, <#C0PRIVATE|> and <#C0X>', 'in #general, #C0PRIVATE and #C0X'],
    ['<!here> <!channel|channel> <!everyone>', '@here @channel @everyone'],
    ['<!subteam^S0TEAM|@oncall> <!subteam^S0TEAM>', '@oncall @S0TEAM'],
    ['<!date^1392734382^{date_short}^https://acme.example|Feb 18>', 'Feb 18'],
    ['<!date^1392734382^{date_short}>', '{date_short}'],
    ['&lt;!channel&gt; `&lt;@U0ANN&gt;`', '@channel `@U0ANN`'],
    ['&lt;!DOCTYPE html&gt; &lt;!-- x --&gt; &lt;#if x&gt;', '<!DOCTYPE html> <!-- x --> <#if x>'],
  ])('%j reads %j', (mrkdwn, markdown) => {
    expect(read(mrkdwn)).toBe(markdown);
  });

  it.each([
    ['<@U0BOT> how?', 'how?'],
    ['<@U0BOT|frontdesk>: how?', 'how?'],
    ['<@U0BOT>\u00a0how?', 'how?'],
    ['hey <@U0BOT> how?', 'hey how?'],
    ['thanks, <@U0BOT>!', 'thanks,!'],
    ['is it down <@U0BOT>?', 'is it down?'],
    ['one\n<@U0BOT> two', 'one\ntwo'],
    ['<@U0BOT> <@U0BOT> twice', 'twice'],
    ['<@U0BOT>', ''],
  ])('ours is no part of what is said: %j reads %j', (mrkdwn, markdown) => {
    expect(readMrkdwn(mrkdwn, us)).toEqual({ markdown, mentionsUs: true, mentionsOthers: false });
  });

  it('say to whom somebody speaks', () => {
    const spoken = (text: string) => {
      const { mentionsUs, mentionsOthers } = readMrkdwn(text, us);
      return [mentionsUs, mentionsOthers];
    };
    expect(spoken('hello')).toEqual([false, false]);
    expect(spoken('<@U0BOT> and <@U0ANN>')).toEqual([true, true]);
    expect(spoken('<!here> look')).toEqual([false, true]);
    expect(spoken('<!subteam^S0TEAM>')).toEqual([false, true]);
    expect(spoken('in <#C0GEN|general>')).toEqual([false, false]);
    expect(spoken('&lt;!here&gt; and `<@U0ANN>`')).toEqual([false, false]);
  });
});

const pieces = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '<@U0ANN>',
        '<!channel>',
        '&lt;',
        '&gt;',
        '&amp;lt;',
        '<',
        '>',
        '!here',
        '@U0ANN',
        '`',
        '```',
        '|',
      ),
      fc.constantFrom(
        '<@U0BOT>',
        '*',
        '_',
        '~',
        '\n',
        ' ',
        '• ',
        '<https://acme.example|x>',
        '\0',
        '\ud800',
        '\ufdd0',
        '0',
      ),
      fc.constantFrom('!subteam^S0T', '#C0GEN', '\ufdd1', '\ufdd2', '!date^1^', 'mailto:', '[', '](', ')'),
      wellFormedText(6),
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(''));

describe('any text', () => {
  it('calls nobody, and can be stored', () => {
    fc.assert(
      fc.property(pieces, (text) => {
        const markdown = read(text);
        expect(markdown).not.toMatch(live);
        expect(markdown.isWellFormed()).toBe(true);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: that there is none is the point
        expect(markdown).not.toMatch(/[\u0000-\u0008\ufdd0-\ufdd2]/);
        expect(withoutMentions(markdown)).toBe(markdown);
      }),
      { numRuns: 3_000 },
    );
  });

  it('that somebody typed without marks comes out as it was typed', () => {
    const plain = fc
      .string({ unit: fc.constantFrom(...'aZ09 .,;:!?&<>()/=+-"\'#@äß中🙂\n') })
      .map((text) => text.trim())
      .filter((text) => !/^ *>/m.test(text) && !live.test(text));
    fc.assert(
      fc.property(plain, (text) => {
        expect(read(escaped(text))).toBe(text);
      }),
      { numRuns: 1_000 },
    );
  });

  it('keeps code to the letter', () => {
    const code = fc
      .string({ unit: fc.constantFrom(...'ab*_~ <>&|!@#\n\t{}"\'') })
      .filter((text) => text.trim() !== '' && !live.test(text) && !/^\n|\n$/.test(text));
    fc.assert(
      fc.property(code, (text) => {
        expect(read(`\`\`\`${escaped(text)}\`\`\``)).toBe(`\`\`\`\n${text}\n\`\`\``);
      }),
      { numRuns: 1_000 },
    );
  });
});
