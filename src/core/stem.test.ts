import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyText } from '#test/any-text.ts';
import { stem } from './stem.ts';
import { type AnalysisLanguage, knownLanguages } from './words/analysis-language.ts';

const languages: readonly AnalysisLanguage[] = [...knownLanguages, 'simple'];

describe('stem', () => {
  // From the sample vocabulary of the algorithm's own page, and words of a help desk.
  it.each([
    ['consigned', 'consign'],
    ['consistency', 'consist'],
    ['consolingly', 'consol'],
    ['knightly', 'knight'],
    ['knackeries', 'knackeri'],
    ['generously', 'generous'],
    ['communication', 'communic'],
    ['hopping', 'hop'],
    ['hoping', 'hope'],
    ['agreed', 'agre'],
    ['dying', 'die'],
    ['ties', 'tie'],
    ['cries', 'cri'],
    ['gas', 'gas'],
    ['kiwis', 'kiwi'],
    ['replacement', 'replac'],
    ['organization', 'organ'],
    ['relational', 'relat'],
    ['apology', 'apolog'],
    ['yelling', 'yell'],
    ['employer', 'employ'],
    ['smoking', 'smoke'],
    ['invoices', 'invoic'],
    ['exceeded', 'exceed'],
    ['news', 'news'],
  ])('%s', (word, expected) => expect(stem(word)).toBe(expected));

  it.each([
    ['delivery', 'deliveries'],
    ['cancel', 'cancelled'],
    ['retry', 'retries'],
    ['ship', 'shipping'],
  ])('takes %s and %s for the same word', (one, other) => expect(stem(one)).toBe(stem(other)));

  // Stored indexes hold these: when one changes, every document has to be analysed again.
  it.each(
    `
    account>account accounts>account activated>activ activation>activ address>address addresses>address allow>allow
    allowed>allow authentication>authent authenticator>authent available>avail bill>bill billing>bill blocked>block
    cancel>cancel cancelled>cancel cancellation>cancel charged>charg charges>charg company>compani complete>complet
    connection>connect countries>countri currency>currenc customers>custom damaged>damag delete>delet deleted>delet
    delivered>deliv delivery>deliveri deliveries>deliveri discount>discount discounts>discount easily>easili
    employees>employe enabled>enabl encryption>encrypt exceed>exceed exporting>export faulty>faulti fees>fee
    fully>fulli generated>generat guarantee>guarante happily>happili history>histori holidays>holiday identity>ident
    importing>import integration>integr invitation>invit invoices>invoic knives>knive label>label labels>label
    licence>licenc licenses>licens limited>limit locked>lock logging>log manager>manag managing>manag monthly>month
    multiple>multipl nationality>nation notification>notif orders>order organisation>organis owner>owner
    ownership>ownership packages>packag paid>paid password>password payments>payment permission>permiss policies>polici
    printer>printer printers>printer printing>print privacy>privaci processing>process recovery>recoveri refund>refund
    refunded>refund registration>registr relational>relat removal>remov renewals>renew replied>repli replying>repli
    resetting>reset restricted>restrict returned>return reviews>review rotation>rotat saving>save securely>secur
    sessions>session settings>set shipment>shipment shipped>ship shipping>ship signature>signatur singly>singl
    status>status subscribed>subscrib subscription>subscript supplies>suppli support>support switching>switch
    synced>sync temporarily>temporarili terminated>termin tracking>track transferred>transfer tries>tri usage>usag
    users>user using>use validation>valid verify>verifi verification>verif warranties>warranti yearly>year`
      .trim()
      .split(/\s+/)
      .map((pair) => pair.split('>')),
  )('keeps %s as %s', (word, expected) => expect(stem(word ?? '')).toBe(expected));

  it('leaves alone what is no English word', () => {
    for (const word of ['2fa', 'größe', '返金', 'ok', '', 'é']) expect(stem(word)).toBe(word);
  });

  it('never lengthens a word by more than a letter, nor empties it', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{1,20}$/), (word) => {
        expect(stem(word).length).toBeGreaterThan(0);
        expect(stem(word).length).toBeLessThanOrEqual(word.length + 1);
      }),
    );
  });
});

describe('stem in any language', () => {
  it('knows which language a word is in', () => {
    expect(stem('rechnungen', 'de')).toBe(stem('rechnung', 'de'));
    expect(stem('refunds', 'simple')).toBe('refunds');
    expect(stem('refunds', 'en')).toBe('refund');
  });

  it('gives something for anything, and plain letters for plain letters', () => {
    fc.assert(
      fc.property(fc.constantFrom(...languages), anyText, (language, text) => {
        expect(stem(text, language) === '').toBe(text === '');
      }),
    );
    fc.assert(
      fc.property(fc.constantFrom(...languages), fc.stringMatching(/^[a-z]{1,20}$/), (language, word) => {
        expect(stem(word, language)).toMatch(/^[a-z]{1,22}$/);
      }),
    );
  });

  it('goes on when it has seen more words than it remembers', () => {
    const before = stem('kundigung', 'de');
    for (let i = 0; i < 25_000; i += 1)
      stem(`wort${i.toString(26).replace(/\d/g, (digit) => 'abcdefghij'.charAt(Number(digit)))}`, 'de');
    expect(stem('kundigung', 'de')).toBe(before);
  });
});
