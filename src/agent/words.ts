import type { Turn } from '#core/turn.ts';

/** What the answerers themselves say to a customer, apart from answers. */
export interface Words {
  readonly notFound: string;
  /** Status line while the knowledge base is searched again. */
  readonly searching: string;
  /** Status line while a tool runs; `what` is the tool's name in words. */
  readonly checking: (what: string) => string;
}

const english: Words = {
  notFound: "I couldn't find this in our documentation. Shall I bring in a colleague?",
  searching: 'Looking through our documentation…',
  checking: (what) => `Checking ${what}…`,
};

const byLanguage: ReadonlyMap<string, Words> = new Map([
  ['en', english],
  [
    'de',
    {
      notFound: 'Das habe ich in unserer Dokumentation nicht gefunden. Soll ich jemanden aus dem Team dazuholen?',
      searching: 'Ich sehe in unserer Dokumentation nach…',
      checking: (what: string) => `Ich prüfe ${what}…`,
    },
  ],
  [
    'fr',
    {
      notFound: "Je n'ai pas trouvé cela dans notre documentation. Voulez-vous que je fasse appel à un collègue ?",
      searching: 'Je regarde dans notre documentation…',
      checking: (what: string) => `Je vérifie ${what}…`,
    },
  ],
  [
    'es',
    {
      notFound: 'No lo he encontrado en nuestra documentación. ¿Quiere que avise a un compañero?',
      searching: 'Estoy buscando en nuestra documentación…',
      checking: (what: string) => `Estoy comprobando ${what}…`,
    },
  ],
  [
    'it',
    {
      notFound: 'Non l’ho trovato nella nostra documentazione. Vuole che coinvolga un collega?',
      searching: 'Sto cercando nella nostra documentazione…',
      checking: (what: string) => `Sto verificando ${what}…`,
    },
  ],
  [
    'pt',
    {
      notFound: 'Não encontrei isto na nossa documentação. Quer que eu chame um colega?',
      searching: 'Estou a procurar na nossa documentação…',
      checking: (what: string) => `Estou a verificar ${what}…`,
    },
  ],
  [
    'nl',
    {
      notFound: 'Ik heb dit niet in onze documentatie gevonden. Zal ik er een collega bij halen?',
      searching: 'Ik kijk in onze documentatie…',
      checking: (what: string) => `Ik controleer ${what}…`,
    },
  ],
]);

/** The words for a BCP 47 tag (`de-AT`); English where we have no others. */
export const wordsFor = (locale: string): Words => byLanguage.get(locale.slice(0, 2).toLowerCase()) ?? english;

/** The words for the customer of this turn: the language they were heard to speak, else the one the channel reported. */
export const wordsOf = (turn: Turn): Words => wordsFor(turn.session.language ?? turn.conversation.locale);
