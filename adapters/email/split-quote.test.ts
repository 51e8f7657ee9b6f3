import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { htmlToMarkdown } from './html-to-markdown.ts';
import { splitQuote } from './split-quote.ts';

const plain = (text: string, subject = 'Re: x') => splitQuote(text, subject).text;
const html = (source: string, subject = 'Re: x') =>
  splitQuote(htmlToMarkdown(source, () => undefined).segments, subject).text;

describe('plain text', () => {
  it.each([
    [
      'an English attribution over two lines',
      'Yes.\n\nOn Mon, May 1, 2024 at 3:04 PM Ann <a@b.example>\nwrote:\n\n> old\n> older',
    ],
    ['a German attribution', 'Yes.\n\nAm 01.05.2024 um 10:00 schrieb Ann:\n> alt'],
    ['a French attribution', 'Yes.\n\nLe mer. 1 mai 2024 à 10:00, Ann <a@b.example> a écrit :\n\n> vieux'],
    ['a Spanish attribution', 'Yes.\n\nEl mié, 1 may 2024 a las 10:00, Ann (<a@b.example>) escribió:\n\n> viejo'],
    [
      'an Italian attribution',
      'Yes.\n\nIl giorno mer 1 mag 2024 alle ore 10:00 Ann <a@b.example> ha scritto:\n\n> vecchio',
    ],
    ['a Chinese attribution', 'Yes.\n\n2024年5月1日 10:00,Ann <a@b.example> 写道:\n\n> 旧'],
    ['an original message', 'Yes.\n\n-----Original Message-----\nFrom: Ann\nSent: Monday\nTo: Bob\nSubject: x\n\nold'],
    [
      'an English header block',
      'Yes.\n\n________________________________\nFrom: Ann <a@b.example>\nSent: Monday\nTo: Bob\nSubject: x\n\nold',
    ],
    ['a German header block', 'Yes.\n\nVon: Ann\nGesendet: Montag, 1. Mai 2024 10:00\nAn: Bob\nBetreff: x\n\nalt'],
    ['a quote above', 'On 1 May 2024, Ann <a@b.example> wrote:\n> old\n> older\n\nYes.'],
    ['a marked signature', 'Yes.\n\n-- \nBob\nCEO of B'],
    ['a device line', 'Yes.\n\nSent from my iPhone'],
    ['a German device line', 'Yes.\n\nVon meinem iPhone gesendet'],
    ['an unattributed quote at the end', 'Yes.\n\n> old\n> older'],
    ['a quote and a signature', 'Yes.\n\nOn 1 May 2024, Ann <a@b.example> wrote:\n> old\n\n-- \nBob'],
  ])('is cut at %s', (_, text) => expect(plain(text)).toBe('Yes.'));

  it.each([
    ['answers between the lines', '> Which version?\n4.2\n> Which system?\nLinux'],
    ['a sentence that sounds like an attribution', 'On the phone Ann wrote:\nthis is new'],
    ['a free-form signature', 'Yes.\n\nBest\nBob Smith\n+1 555 0100'],
    ['two dashes in prose', 'We tried this -- and that.\nNothing worked.'],
    ['a lone field', 'From: is a word.\nMore text.'],
    ['nothing but a quote', '> old\n> older'],
    ['a table of fields', 'Date: 1 May\nAmount: 12 EUR\nplease refund'],
    ['a short inline quote', 'You wrote\n> press F5\nbut that does nothing.'],
  ])('is kept with %s', (_, text) => expect(plain(text)).toBe(text));

  it('is kept whole when it is a forward', () => {
    const text = 'Is this real?\n\nFrom: X\nSent: Monday\nTo: Bob\nSubject: y\n\nPay now';
    expect(plain(text, 'WG: y')).toBe(text);
  });

  it('is never emptied, and nothing is made up', () => {
    const line = fc.oneof(
      fc.string({ maxLength: 40 }),
      fc.constantFrom(
        '',
        '> q',
        '>> qq',
        '-- ',
        'On 1 May 2024, Ann <a@b.example> wrote:',
        '-----Original Message-----',
        'From: a',
        'Sent: b',
        'Subject: c',
        'Sent from my iPhone',
        '---------- Forwarded message ---------',
        '_'.repeat(32),
      ),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 25 }), (lines) => {
        const source = lines.join('\n');
        const { text, quoted } = splitQuote(source, 'Re: x');
        if (source.trim() !== '') expect(text).not.toBe('');
        const given = new Set(source.split('\n').map((one) => one.trim()));
        for (const one of `${text}\n${quoted}`.split('\n'))
          expect(given.has(one.trim()) || one.trim() === '').toBe(true);
      }),
    );
  });
});

describe('HTML', () => {
  it.each([
    [
      'Gmail',
      '<div>Yes.</div><div class="gmail_quote"><div class="gmail_attr">On 1 May 2024 Ann wrote:</div><blockquote class="gmail_quote">old</blockquote></div>',
    ],
    [
      'Apple Mail',
      '<div>Yes.</div><div><br><blockquote type="cite"><div>On 1 May 2024, at 10:00, Ann wrote:</div>old</blockquote></div>',
    ],
    [
      'Thunderbird',
      '<p>Yes.</p><div class="moz-cite-prefix">On 1 May 2024 10:00, Ann wrote:</div><blockquote type="cite">old</blockquote>',
    ],
    [
      'Outlook on the web',
      '<div>Yes.</div><div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>From:</b> Ann<br><b>Sent:</b> Monday</div><div>old</div>',
    ],
    ['a quoted Outlook on the web', '<div>Yes.</div><div id="x_divRplyFwdMsg"><b>From:</b> Ann</div><div>old</div>'],
    [
      'Outlook',
      '<p>Yes.</p><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0in 0in 0in"><p><b>From:</b> Ann<br><b>Sent:</b> Monday</p></div><p>old</p>',
    ],
    [
      'Outlook for phones',
      '<div>Yes.</div><div id="ms-outlook-mobile-signature">Get Outlook for iOS</div><div id="mail-editor-reference-message-container">old</div>',
    ],
    ['Yahoo', '<div>Yes.</div><div class="yahoo_quoted">On Monday, Ann wrote: old</div>'],
    [
      'Proton',
      '<div>Yes.</div><div class="protonmail_signature_block">Sent with Proton</div><div class="protonmail_quote">On Monday Ann wrote:<blockquote>old</blockquote></div>',
    ],
    ['Zimbra', '<div>Yes.</div><hr id="zwchr"><div data-marker="__QUOTED_TEXT__">old</div>'],
    [
      'a quote above the answer',
      '<p>On 1 May 2024 10:00, Ann wrote:</p><blockquote type="cite">old</blockquote><p>Yes.</p>',
    ],
    ['a quote without marks', '<p>Yes.</p><p>On 1 May 2024 10:00, Ann wrote:</p><blockquote>old</blockquote>'],
    ['a Gmail signature', '<div>Yes.</div><div class="gmail_signature">Bob<br>CEO</div>'],
  ])('of %s is cut', (_, source) => expect(html(source)).toBe('Yes.'));

  it('keeps answers between the lines with the lines', () => {
    const source =
      '<blockquote type="cite">Which version?</blockquote><div>4.2</div><blockquote type="cite">Which system?</blockquote><div>Linux</div>';
    expect(html(source)).toBe('> Which version?\n\n4.2\n\n> Which system?\n\nLinux');
  });

  it('keeps a forward', () => {
    const source =
      '<div>Is this real?</div><div class="gmail_quote">---------- Forwarded message ---------<br>From: X<br>Pay now</div>';
    expect(html(source, 'Fwd: y')).toBe('Is this real?\n\n---------- Forwarded message ---------\nFrom: X\nPay now');
    expect(html(source, 'Question')).toContain('Pay now');
  });

  it('keeps everything when there is nothing but a quote', () => {
    expect(html('<blockquote type="cite">old</blockquote>')).toBe('old');
  });

  it('becomes Markdown without what nobody saw', () => {
    const source =
      '<style>p{}</style><p>See <a href="https://a.example/x">the <b>page</b></a> or <a href="https://b.example">https://b.example</a></p><ol start="3"><li>one</li><li>two</li></ol><span style="display:none">hidden</span><img src="https://t.example/p.gif"><script>x()</script><a href="javascript:x()">click</a>';
    expect(html(source)).toBe(
      'See [the **page**](https://a.example/x) or https://b.example\n\n3. one\n4. two\n\nclick',
    );
  });
});
