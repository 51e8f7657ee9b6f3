import { describe, expect, it } from 'vitest';
import { answerMark, deskText } from './desk-text.ts';
import { htmlToMarkdown } from './html-to-markdown.ts';

const isOurs = (line: string): boolean => line.includes('@acme.example');
const read = (text: string) => deskText(text, isOurs);
const readHtml = (html: string) => deskText(htmlToMarkdown(html, () => undefined).segments, isOurs);
const said = (text: string) => ({ ok: true, text });

const ours = `${answerMark}\n\nWhere is my parcel?\n\nWhy now: The customer is angry.\n\nAnn Lee: Where is it?`;
const quoted = ours.replace(/^/gm, '> ');
const attribution = 'On Thu, 2 May 2024 at 10:00, Support <support@acme.example> wrote:';

describe('the new words of a mail to the desk', () => {
  it.each([
    ['above a quote with its introduction', `Hello Ann.\n\n${attribution}\n${quoted}`],
    ['above a quote that wraps its introduction', `Hello Ann.\n\n${attribution.replace(', ', ',\n')}\n\n${quoted}`],
    [
      'above a header block',
      `Hello Ann.\n\n____________\nFrom: Support <support@acme.example>\nSent: Thursday, 2 May 2024\nTo: agents\nSubject: [7F3K] x\n\n${ours}`,
    ],
    [
      'above an introduction in any language',
      `Hello Ann.\n\nSupport <support@acme.example> ezt írta ekkor:\n\n${quoted}`,
    ],
    ['above a quote without an introduction', `Hello Ann.\n\n${quoted}`],
    ['above a quote without any mark', `Hello Ann.\n\n${ours}`],
    ['with a signature', `Hello Ann.\n\n-- \nMira Weber\nAcme\n\n${attribution}\n${quoted}`],
    ['with a signature below the quote', `Hello Ann.\n\n${attribution}\n${quoted}\n\nMira Weber, Acme`],
    ['below the quote', `${attribution}\n${quoted}\n\nHello Ann.\n\n-- \nMira`],
    ['without a quote', 'Hello Ann.'],
  ])('%s', (_, text) => {
    expect(read(text)).toEqual(said('Hello Ann.'));
    expect(read(text.replaceAll('\n', '\r\n'))).toEqual(said('Hello Ann.'));
  });

  it('are none when there is only a quote, or only a signature', () => {
    for (const text of [`${attribution}\n${quoted}`, quoted, ours, `\n\n-- \nMira\n\n${attribution}\n${quoted}`, ''])
      expect(read(text)).toEqual(said(''));
  });

  it('are not told apart between quoted lines, nor when somebody else’s mail is passed on', () => {
    const [first = '', ...rest] = quoted.split('\n');
    const between = { ok: false, reason: 'Words between quoted lines are not passed on: write above the quoted mail.' };
    expect(read(`${attribution}\n${first}\n> Where is my parcel?\n\nIn the post.\n\n${rest.join('\n')}`)).toEqual(
      between,
    );
    // The mark cut away by hand, some of the case left.
    expect(read('> Where is my parcel?\nIn the post.\n> Why now: The customer is angry.\nIs she?')).toEqual(between);
    expect(
      read(`See below.\n\n---------- Forwarded message ---------\nFrom: Tom <tom@acme.example>\n\nIt is lost.`),
    ).toEqual({
      ok: false,
      reason: 'A forwarded mail is not passed on: write what the customer should read.',
    });
  });

  it('are found in HTML, whichever program wrote it', () => {
    const html = `<p>${answerMark}</p><h2>Where is my parcel?</h2><table><tr><th>Why now</th><td>The customer is angry.</td></tr></table>`;
    const mails = [
      `<div dir="ltr">Hello Ann.</div><br><div class="gmail_quote"><div class="gmail_attr">${attribution.replaceAll('<', '&lt;')}<br></div><blockquote class="gmail_quote">${html}</blockquote></div>`,
      `<div>Hello Ann.</div><div><br><blockquote type="cite"><div>${attribution.replaceAll('<', '&lt;')}</div><div>${html}</div></blockquote></div>`,
      `<p>Hello Ann.</p><div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>From:</b> Support<br><b>Sent:</b> Thursday<br><b>Subject:</b> x</div>${html}`,
      // A program that marks nothing at all.
      `<p>Hello Ann.</p><p>${attribution.replaceAll('<', '&lt;')}</p>${html}`,
      `<p>Hello Ann.</p><div class="gmail_signature">Mira, Acme</div>${html}`,
    ];
    for (const mail of mails) expect(readHtml(mail)).toEqual(said('Hello Ann.'));
    for (const mail of mails) {
      const found = readHtml(mail.replace('Hello Ann.', ''));
      expect(found).toEqual(said(''));
    }
  });
});
