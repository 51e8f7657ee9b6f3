/** What a customer reads when something that we told them is no longer right, by language. */
export interface CorrectionWords {
  /** Before the old text. */
  readonly told: (date: string) => string;
  /** Between the old text and the new one. */
  readonly now: string;
  /** After the old text, where nothing takes its place. */
  readonly gone: string;
}

const byLanguage: Readonly<Record<string, CorrectionWords>> = {
  en: {
    told: (date) => `A correction. On ${date} we told you:`,
    now: 'This is no longer right. It is:',
    gone: 'This is no longer right, so please do not rely on it. Ask me again, or ask for a person, and we will look at it with you.',
  },
  de: {
    told: (date) => `Eine Berichtigung. Am ${date} haben wir Ihnen gesagt:`,
    now: 'Das stimmt nicht mehr. Richtig ist:',
    gone: 'Das stimmt nicht mehr, bitte verlassen Sie sich nicht darauf. Fragen Sie mich noch einmal oder verlangen Sie einen Menschen; wir sehen es uns mit Ihnen an.',
  },
  fr: {
    told: (date) => `Une rectification. Le ${date}, nous vous avons dit :`,
    now: 'Ce n’est plus exact. Voici ce qui vaut :',
    gone: 'Ce n’est plus exact, ne vous y fiez donc pas. Posez-moi de nouveau la question ou demandez une personne, et nous regarderons cela avec vous.',
  },
  es: {
    told: (date) => `Una corrección. El ${date} le dijimos:`,
    now: 'Esto ya no es correcto. Lo correcto es:',
    gone: 'Esto ya no es correcto, así que no se base en ello. Pregúnteme de nuevo o pida una persona, y lo vemos con usted.',
  },
  it: {
    told: (date) => `Una rettifica. Il ${date} le abbiamo detto:`,
    now: 'Non è più corretto. Ora vale:',
    gone: 'Non è più corretto, quindi la preghiamo di non farvi affidamento. Mi chieda di nuovo o chieda una persona, e lo guarderemo insieme.',
  },
  nl: {
    told: (date) => `Een correctie. Op ${date} hebben we u gezegd:`,
    now: 'Dat klopt niet meer. Het is nu:',
    gone: 'Dat klopt niet meer, ga er dus niet van uit. Vraag het me opnieuw of vraag om een mens, dan kijken we er samen met u naar.',
  },
  pt: {
    told: (date) => `Uma correção. Em ${date} dissemos-lhe:`,
    now: 'Já não está certo. O correto é:',
    gone: 'Já não está certo, por isso não conte com esta informação. Pergunte-me de novo ou peça uma pessoa, e vemos isto consigo.',
  },
};

/** A language that we have words for. */
export const correctionLanguage = (locale: string): string => {
  const language = locale.slice(0, 2).toLowerCase();
  return Object.hasOwn(byLanguage, language) ? language : 'en';
};

/** The words for a language tag (`de-AT`); English where we have no others. */
export const correctionWords = (locale: string): CorrectionWords =>
  byLanguage[correctionLanguage(locale)] as CorrectionWords;
