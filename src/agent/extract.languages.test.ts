import { describe, expect, it } from 'vitest';
import type { Passage } from '#core/knowledge.ts';
import { aPassage } from '#test/fakes/turn.ts';
import { extract } from './extract.ts';

const inLanguage = (language: string, name: string, text: string, headings: readonly string[] = []): Passage => ({
  ...aPassage(name, text),
  language,
  headings,
});

const german = [
  inLanguage(
    'de',
    'Mitgliedschaft kündigen',
    `Sie können Ihre Mitgliedschaft jederzeit beenden.

## So geht es

Gehen Sie so vor:

1. Öffnen Sie **Konto → Verträge**.
2. Wählen Sie **Kündigen**. Folgende Angaben brauchen wir:

| Angabe | Wo sie steht |
|---|---|
| Kundennummer | oben auf der Rechnung, z. B. K-4711 |
| Standort | auf der Karte |

3. Bestätigen Sie mit dem Code aus der E-Mail.

Achtung: Eine Kündigung per Telefon ist nicht möglich.

## Fristen

Bei Monatsverträgen beträgt die Frist 14 Tage, bei Jahresverträgen sind es 3 Monate gem. Nr. 5 der Bedingungen. Das gilt auch für Studierende. Am 24. Dezember und am 31. Dezember bearbeiten wir nichts.`,
  ),
  inLanguage(
    'de',
    'Kursplan',
    `## Schwimmkurse

- Anfänger: montags um 18.30 Uhr, 12,50 € pro Stunde
- Fortgeschrittene: mittwochs um 19 Uhr, 15 € pro Stunde

## Yoga

Yoga findet im Saal 2 statt. Es kostet nichts extra.`,
  ),
];

const french = [
  inLanguage(
    'fr',
    'Retours et échanges',
    `**Puis-je échanger un article soldé ?**

Oui. Les articles soldés sont échangés pendant 30 jours, p. ex. contre une autre taille. Ils ne sont pas remboursés.

**Comment renvoyer un colis ?**

1. Imprimez l'étiquette dans **Mon compte**.
2. Collez-la sur le carton.
3. Déposez le colis dans un point relais.

Attention : gardez la preuve de dépôt pendant 60 jours.`,
  ),
  inLanguage(
    'fr',
    'Livraison',
    `| Pays | Délai | Prix |
|---|---|---|
| France | 2 à 3 jours | 4,90 € |
| Belgique | 4 jours | 7,50 € |

La livraison est gratuite à partir de 60 €.`,
  ),
];

describe('extract, in German', () => {
  it('keeps steps whole that a table interrupts, with their lead-in and the warning below', () => {
    const { text } = extract('Wie kann ich meine Mitgliedschaft kündigen?', german) ?? { text: '' };
    expect(text).toContain('Gehen Sie so vor:\n\n1. Öffnen Sie');
    expect(text).toContain('| Standort | auf der Karte |\n\n3. Bestätigen Sie');
    expect(text).toMatch(/Achtung: Eine Kündigung per Telefon ist nicht möglich\. \[1\]$/);
  });

  it('finds inflected words, and cuts at no abbreviation or date', () => {
    const { text } = extract('Welche Frist gilt für einen Jahresvertrag?', german) ?? { text: '' };
    expect(text).toMatch(/^\*\*Fristen\*\*\n\nBei Monatsverträgen/);
    expect(text).toContain('3 Monate gem. Nr. 5 der Bedingungen. Das gilt');
    expect(text).toContain('Am 24. Dezember und am 31. Dezember bearbeiten wir nichts.');
  });

  it('quotes the list with the price, and nothing of the next section', () => {
    const asked = [
      { stem: 'kost', weight: 1 },
      { stem: 'schwimmkur', weight: 4, also: ['schwimmkurs'] },
      { stem: 'fortgeschrit', weight: 4 },
    ];
    expect(extract('Was kostet der Schwimmkurs für Fortgeschrittene?', german, asked)?.text).toBe(
      '**Schwimmkurse**\n\n- Anfänger: montags um 18.30 Uhr, 12,50 € pro Stunde\n- Fortgeschrittene: mittwochs um 19 Uhr, 15 € pro Stunde [1]',
    );
  });

  it('finds them for a question in another language, by the stems that count for its words', () => {
    const asked = [
      { stem: 'yoga', weight: 1 },
      { stem: 'hall', weight: 3, also: ['saal'] },
    ];
    expect(extract('which hall is yoga in', german, asked)?.text).toContain('Yoga findet im Saal 2 statt.');
  });
});

describe('extract, in French', () => {
  it('takes a question in bold for the heading of its answer', () => {
    expect(extract('je veux échanger un article soldé', french)?.text).toBe(
      '**Puis-je échanger un article soldé ?**\n\nOui. Les articles soldés sont échangés pendant 30 jours, p. ex. contre une autre taille. Ils ne sont pas remboursés. [1]',
    );
  });

  it('keeps steps whole, with the warning below', () => {
    const { text } = extract('comment renvoyer mon colis', french) ?? { text: '' };
    expect(text).toContain("1. Imprimez l'étiquette dans **Mon compte**.\n2. Collez-la");
    expect(text).toContain('Attention : gardez la preuve de dépôt pendant 60 jours. [1]');
  });

  it('quotes a table whole, its mark below it', () => {
    const { text } = extract('combien coûte la livraison en Belgique', french) ?? { text: '' };
    expect(text).toContain('| Pays | Délai | Prix |\n|---|---|---|\n| France');
    expect(text).toContain('| Belgique | 4 jours | 7,50 € |');
  });
});
