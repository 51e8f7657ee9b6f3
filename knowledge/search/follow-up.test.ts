import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ThreadLine } from '#core/knowledge.ts';
import { fold } from '#core/terms.ts';
import { followUp } from './follow-up.ts';

const asked = (text: string): ThreadLine => ({ role: 'customer', text });
const told = (text: string, ...titles: string[]): ThreadLine => ({ role: 'bot', text, titles });
const words = (question: string, thread: readonly ThreadLine[]) =>
  followUp(question, thread).context.map(({ text }) => fold(text));

/** Before the bar what was asked earlier, then the follow-up, what it must bring along, and what not. */
const followUps: readonly (readonly [earlier: string, question: string, brings: string, not?: string])[] = [
  // English
  ['How much is express shipping to Norway?', 'and how long does it take?', 'express shipping norway'],
  ['Do you sell gift cards?', 'how much is that', 'gift cards'],
  ['How much is the Growth plan?', 'what about the Pro plan?', '', 'growth'],
  ['How many seats does the Growth plan include?', 'And the Scale plan?', 'seats', 'growth'],
  ['How do I install the app on my iPhone?', 'and on Android?', 'install app', 'iphone'],
  ['How do I cancel an order?', 'what if it has already been shipped?', 'cancel order'],
  ['How do I connect the thermostat to wifi?', 'ok and then?', 'connect thermostat wifi'],
  ['Can I import my products from a spreadsheet?', 'does that also work with Shopify', 'import products spreadsheet'],
  ['Is there a discount for students?', 'and for teachers?', 'discount', 'students'],
  ['Do you deliver to France?', 'and Belgium?', 'deliver', 'france'],
  ['how do i renew my passport', 'how long does it take', 'renew passport'],
  ['how do I return a damaged lamp', 'who pays for it?', 'return damaged lamp'],
  ['How do I set up single sign-on with Okta?', 'What about with Google?', 'single sign', 'okta'],
  ['What is the warranty on the Breeze printer?', 'can I extend it', 'warranty breeze printer'],
  ['The scanner shows error E7', 'why?', 'scanner error e7'],
  ['How do I export my invoices?', 'can I do that as a bookkeeper?', 'export invoices'],
  ['What does the annual subscription cost?', 'and monthly?', 'subscription cost'],
  ['Can I bring my dog to the hotel?', 'is that free of charge?', 'dog hotel'],
  ['How do I change my delivery address?', 'and after it was sent?', 'change delivery address'],
  ['Do you have anything for left-handers?', 'for children too?', 'left handers'],
  ['How do I calibrate the scale?', 'Done, display shows zero. And now?', 'calibrate scale'],
  ['Where can I park near the museum?', 'same for buses?', 'park museum'],
  // German
  ['Was kostet der Versand nach Österreich?', 'und in die Schweiz?', 'versand'],
  ['Wie installiere ich die App auf dem iPhone?', 'und auf Android?', 'installiere app'],
  ['Wie storniere ich eine Bestellung?', 'was ist, wenn sie schon verschickt wurde?', 'storniere bestellung'],
  ['Was kostet der Growth-Tarif?', 'und der Pro-Tarif?', 'kostet', 'growth'],
  ['Kann ich Produkte aus einer Tabelle importieren?', 'Geht das auch mit Shopify?', 'produkte tabelle importieren'],
  ['Bieten Sie Gutscheine an?', 'Wie viel kostet das?', 'gutscheine'],
  ['Wie verbinde ich den Drucker mit dem WLAN?', 'ok, und dann?', 'verbinde drucker wlan'],
  // French
  ['Combien coûte la livraison en Belgique ?', 'et en Suisse ?', 'livraison', 'belgique'],
  ['Comment annuler ma commande ?', 'et si elle a déjà été expédiée ?', 'annuler commande'],
  [
    'Comment importer mes produits depuis un tableur ?',
    'est-ce que ça marche aussi avec Shopify ?',
    'importer produits tableur',
  ],
  ['Proposez-vous des cartes cadeaux ?', "c'est combien ?", 'cartes cadeaux'],
  ['Quel est le prix du forfait Essentiel ?', 'et le forfait Premium ?', 'prix', 'essentiel'],
  // Spanish
  ['¿Cuánto cuesta el plan Básico?', '¿y el plan Premium?', '', 'basico'],
  ['¿Cómo cancelo un pedido?', '¿y si ya se ha enviado?', 'cancelo pedido'],
  ['¿Venden tarjetas de regalo?', '¿cuánto cuesta eso?', 'tarjetas regalo'],
  ['¿Cómo instalo la aplicación en iPhone?', '¿y en Android?', 'instalo aplicacion', 'iphone'],
  // Italian
  ['Come annullo un ordine?', 'e se è già stato spedito?', 'annullo ordine'],
  ['Quanto costa il piano Base?', 'e il piano Pro?', '', 'base'],
  ['Posso importare i prodotti da un foglio di calcolo?', 'funziona anche con Shopify, questo?', 'importare prodotti'],
  ["Come installo l'app su iPhone?", 'e su Android?', 'installo app', 'iphone'],
  // Dutch
  ['Hoe annuleer ik een bestelling?', 'en als die al verzonden is?', 'annuleer bestelling'],
  ['Wat kost verzending naar België?', 'en naar Duitsland?', 'verzending', 'belgie'],
  ['Hoe installeer ik de app op mijn iPhone?', 'werkt dat ook op Android?', 'installeer app'],
  // Portuguese
  ['Como cancelo uma encomenda?', 'e se já foi enviada?', 'cancelo encomenda'],
  ['Quanto custa o plano Básico?', 'e o plano Profissional?', '', 'basico'],
  ['Posso importar produtos de uma planilha?', 'isso também funciona com Shopify?', 'importar produtos planilha'],
];

describe('a follow-up', () => {
  const cases = followUps.map(([earlier, question, brings, not = '']) => ({ earlier, question, brings, not }));
  it.each(cases)('$earlier → $question', ({ earlier, question, brings, not }) => {
    const thread = [asked(earlier), told('Here is how.')];
    expect(followUp(question, thread).isFollowUp).toBe(true);
    const context = words(question, thread);
    for (const word of brings.split(' ').filter(Boolean)) expect(context).toContain(word);
    for (const word of not.split(' ').filter(Boolean)) expect(context).not.toContain(word);
  });

  it('finds the other one of two that were named', () => {
    const thread = [
      asked('I have a Breeze printer and a Harbor scanner. How do I connect the Breeze printer?'),
      told('Hold the button.', 'Connect a printer'),
    ];
    const { context, standalone } = followUp('and for the other one?', thread);
    const found = context.map(({ text }) => text);
    expect(found).toEqual(expect.arrayContaining(['Harbor', 'scanner', 'connect']));
    expect(found).not.toContain('Breeze');
    expect(standalone).not.toContain('Breeze');
    const offered = [asked('How long is the warranty?'), told('For the lamp or the heater?')];
    expect(words('the second one', offered)).toEqual(expect.arrayContaining(['heater', 'warranty']));
    expect(words('the first one', offered)).toEqual(expect.arrayContaining(['lamp', 'warranty']));
  });

  it('goes back as far as the subject was named, and forgets what was replaced on the way', () => {
    const thread = [
      asked('How much is the Starter plan?'),
      told('10 euros.', 'Plans and prices'),
      asked('and the Growth plan?'),
      told('20 euros.', 'Plans and prices'),
      asked('is that per month?'),
      told('Yes.'),
    ];
    const context = words('how do I upgrade to it?', thread);
    expect(context).toEqual(expect.arrayContaining(['growth', 'plan']));
    expect(context).not.toContain('starter');
  });

  it('takes the words of the cited title too, with less weight', () => {
    const { context } = followUp('and then?', [asked('my box stays dark'), told('Press reset.', 'Router offline')]);
    const weight = (word: string) => context.find(({ text }) => text === word)?.weight ?? 0;
    expect(weight('Router')).toBeGreaterThan(0);
    expect(weight('Router')).toBeLessThan(weight('dark'));
  });

  it('is the answer to what the bot asked back', () => {
    const thread = [
      asked('How do I reset it to factory settings? My router is slow'),
      told('Which model do you have?'),
    ];
    expect(words('the Orbit 500', thread)).toEqual(expect.arrayContaining(['router', 'factory']));
    expect(words('yes', thread)).toContain('router');
  });

  it('weighs less what it only may mean', () => {
    const thread = [asked('How do I connect the thermostat?'), told('So.')];
    const heaviest = (question: string) =>
      Math.max(0, ...followUp(question, thread).context.map(({ weight }) => weight));
    expect(heaviest('and then?')).toBe(1);
    expect(heaviest('does that work with Alexa?')).toBeLessThan(1);
    expect(heaviest('warranty?')).toBeLessThan(heaviest('does that work with Alexa?'));
  });
});

const switches: readonly (readonly [earlier: string, question: string])[] = [
  ['How much is express shipping?', 'By the way, how do I change my VAT number?'],
  ['How much is express shipping?', 'How do I reset my password?'],
  ['My printer is offline', 'where do I find my invoices'],
  ['My printer is offline', 'Another question: do you take PayPal?'],
  ['How do I cancel an order?', 'The label printer shows error E3 and I cannot turn it off'],
  ['How do I cancel an order?', 'is it possible to pay by bank transfer'],
  ['How do I cancel an order?', 'how much is shipping to Norway this month'],
  ['How do I cancel an order?', 'and how do I change the billing address of my company?'],
  ['How do I cancel an order?', 'thanks, that helped!'],
  ['How do I cancel an order?', 'I want to close my account, how do I do it?'],
  ['How do I cancel an order?', 'Do you have an office in Lisbon or Porto?'],
  ['Wie storniere ich eine Bestellung?', 'Wie ändere ich meine Umsatzsteuer-Nummer?'],
  ['Wie storniere ich eine Bestellung?', 'Übrigens, wo finde ich meine Rechnungen?'],
  ['Comment annuler ma commande ?', 'Où puis-je trouver mes factures de janvier ?'],
  ['Comment annuler ma commande ?', 'Au fait, comment changer mon mot de passe ?'],
  ['¿Cómo cancelo un pedido?', '¿Dónde encuentro las facturas de mi empresa?'],
  ['¿Cómo cancelo un pedido?', 'Por cierto, ¿cómo cambio mi contraseña?'],
  ['Come annullo un ordine?', 'Dove trovo le fatture della mia azienda?'],
  ['Hoe annuleer ik een bestelling?', 'Waar vind ik de facturen van mijn bedrijf?'],
  ['Hoe annuleer ik een bestelling?', 'Trouwens, hoe wijzig ik mijn wachtwoord?'],
  ['Como cancelo uma encomenda?', 'Onde encontro as faturas da minha empresa?'],
  ['Como cancelo uma encomenda?', 'Já agora, como altero a minha senha?'],
];

describe('a question of its own', () => {
  it.each(switches)('%s → %s', (earlier, question) => {
    const found = followUp(question, [asked(earlier), told('Here is how.', 'Some article')]);
    expect(found).toMatchObject({ isFollowUp: false, context: [], question, standalone: question });
  });

  it('has the subject line of the first mail beside it', () => {
    const { isFollowUp, context } = followUp('It does not start any more.', [], { title: 'Coffee grinder MX-4' });
    expect(isFollowUp).toBe(false);
    expect(context.map(({ text }) => text)).toEqual(expect.arrayContaining(['Coffee', 'grinder']));
  });

  it('is found in a long mail: its beginning and what it asks', () => {
    const mail = [
      'Dear support team,',
      'Our warehouse scanner loses its connection every morning.',
      'It started after the update last week.',
      ...Array.from({ length: 12 }, (_, i) => `On day ${i} my colleague Fritz restarted everything and wrote it down.`),
      'Is there a firmware that fixes the connection?',
      'Kind regards, Ada',
    ].join('\n');
    const { question, context } = followUp(mail);
    expect(question).toContain('scanner loses its connection');
    expect(question).toContain('firmware that fixes');
    expect(question).not.toContain('Fritz');
    expect(context.map(({ text }) => text)).toContain('Fritz');
    expect(Math.max(...context.map(({ weight }) => weight))).toBeLessThan(0.5);
    expect(words('is there a workaround for it?', [asked(mail)])).toEqual(
      expect.arrayContaining(['scanner', 'firmware']),
    );
  });

  it('is itself where nothing was said before', () => {
    expect(followUp('and for the other one?')).toEqual({
      question: 'and for the other one?',
      context: [],
      isFollowUp: false,
      standalone: 'and for the other one?',
    });
  });
});

describe('any conversation', () => {
  const pieces = fc.constantFrom(
    'and',
    'the other one',
    'it',
    'Growth',
    'plan',
    '?',
    '.',
    'und',
    'ça',
    '的',
    '\n',
    'on',
    'À',
    '\ud800',
  );
  const text = fc.oneof(
    fc.string({ maxLength: 80 }),
    fc.array(pieces, { maxLength: 30 }).map((all) => all.join(' ')),
  );
  const line = fc.record({
    role: fc.constantFrom('customer' as const, 'bot' as const, 'human' as const),
    text,
    titles: fc.array(text, { maxLength: 2 }),
  });

  it('gives few words with weights between 0 and 1, each once, none of the question, all said before', () => {
    fc.assert(
      fc.property(text, fc.array(line, { maxLength: 8 }), (question, thread) => {
        const { context, isFollowUp, question: kept } = followUp(question, thread);
        expect(context.length).toBeLessThanOrEqual(16);
        expect(new Set(context.map((word) => fold(word.text))).size).toBe(context.length);
        const said = fold([question, ...thread.flatMap((one) => [one.text, ...one.titles])].join('\n'));
        for (const { text: word, weight } of context) {
          expect(weight).toBeGreaterThan(0);
          expect(weight).toBeLessThanOrEqual(1);
          expect(said).toContain(fold(word));
        }
        if (thread.length === 0) expect(isFollowUp).toBe(false);
        expect(question.trim().startsWith(kept.slice(0, 1))).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it('is read in time that does not explode', () => {
    const started = performance.now();
    followUp('and it '.repeat(50_000), [asked('the other one, '.repeat(50_000)), told('? '.repeat(50_000))]);
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});
