/** What Frontdesk itself says to customers, by language. Short, warm, concrete; people by their names. */
export interface Words {
  /** A person will take over. `wait` is in minutes, when the clock knows; `code` is what the customer may quote. */
  readonly holding: (code: string, wait: number | undefined) => string;
  readonly added: string;
  readonly joined: (name: string) => string;
  readonly resolved: (name: string) => string;
  readonly returned: (name: string) => string;
  readonly greeting: string;
  readonly onlyFiles: string;
  /** On the button that brings a person. */
  readonly bringPerson: string;
}

const english: Words = {
  holding: (code, wait) =>
    `I've passed this to our support team with what we have so far. ${wait === undefined ? 'Someone will answer here' : `They usually answer within ${duration(wait, 'minutes', 'hours')}`}; you don't need to repeat anything. Your reference is ${code}.`,
  added: 'I have added this to your request. The team will read it together with the rest.',
  joined: (name) => `${name} from support has joined.`,
  resolved: (name) => `${name} has closed this request. Write again at any time and I will pick it up.`,
  returned: (name) => `${name} has handed back to me. What else can I help with?`,
  greeting: 'Hello. What can I help you with?',
  onlyFiles: 'I have your file. What would you like to know?',
  bringPerson: 'Bring in a colleague',
};

const byLanguage: Readonly<Record<string, Words>> = {
  en: english,
  de: {
    holding: (code, wait) =>
      `Ich habe das mit allem, was wir bisher haben, an unser Support-Team gegeben. ${wait === undefined ? 'Jemand antwortet Ihnen hier' : `Es antwortet meist innerhalb von ${duration(wait, 'Minuten', 'Stunden')}`}; Sie müssen nichts wiederholen. Ihr Zeichen ist ${code}.`,
    added: 'Das habe ich zu Ihrer Anfrage gelegt. Das Team liest es mit dem Rest.',
    joined: (name) => `${name} vom Support ist jetzt dabei.`,
    resolved: (name) => `${name} hat die Anfrage abgeschlossen. Schreiben Sie jederzeit wieder, ich bin da.`,
    returned: (name) => `${name} hat an mich zurückgegeben. Wobei kann ich noch helfen?`,
    greeting: 'Guten Tag. Wobei kann ich helfen?',
    onlyFiles: 'Ihre Datei ist da. Was möchten Sie wissen?',
    bringPerson: 'Jemanden dazuholen',
  },
  fr: {
    holding: (code, wait) =>
      `J'ai transmis votre demande à notre équipe avec tout ce que nous avons déjà. ${wait === undefined ? 'Quelqu’un vous répondra ici' : `Elle répond en général en ${duration(wait, 'minutes', 'heures')}`} ; inutile de répéter quoi que ce soit. Votre référence : ${code}.`,
    added: 'Je l’ai ajouté à votre demande. L’équipe le lira avec le reste.',
    joined: (name) => `${name}, de l’assistance, a rejoint la conversation.`,
    resolved: (name) => `${name} a clos cette demande. Écrivez à nouveau quand vous voulez, je suis là.`,
    returned: (name) => `${name} m’a rendu la main. Que puis-je faire d’autre pour vous ?`,
    greeting: 'Bonjour. Comment puis-je vous aider ?',
    onlyFiles: 'J’ai bien reçu votre fichier. Que souhaitez-vous savoir ?',
    bringPerson: 'Faire appel à un collègue',
  },
  es: {
    holding: (code, wait) =>
      `He pasado su consulta a nuestro equipo con todo lo que tenemos hasta ahora. ${wait === undefined ? 'Alguien le responderá aquí' : `Suelen responder en ${duration(wait, 'minutos', 'horas')}`}; no hace falta que repita nada. Su referencia es ${code}.`,
    added: 'Lo he añadido a su consulta. El equipo lo leerá junto con lo demás.',
    joined: (name) => `${name}, de soporte, se ha unido.`,
    resolved: (name) => `${name} ha cerrado la consulta. Escriba de nuevo cuando quiera y le atiendo.`,
    returned: (name) => `${name} me ha devuelto la conversación. ¿En qué más puedo ayudarle?`,
    greeting: 'Hola. ¿En qué puedo ayudarle?',
    onlyFiles: 'He recibido su archivo. ¿Qué desea saber?',
    bringPerson: 'Avisar a un compañero',
  },
  it: {
    holding: (code, wait) =>
      `Ho passato la richiesta al nostro team con tutto quello che abbiamo finora. ${wait === undefined ? 'Qualcuno risponderà qui' : `Di solito rispondono entro ${duration(wait, 'minuti', 'ore')}`}; non serve ripetere nulla. Il suo riferimento è ${code}.`,
    added: 'L’ho aggiunto alla sua richiesta. Il team lo leggerà insieme al resto.',
    joined: (name) => `${name} dell’assistenza si è unito alla conversazione.`,
    resolved: (name) => `${name} ha chiuso la richiesta. Scriva di nuovo quando vuole.`,
    returned: (name) => `${name} mi ha restituito la conversazione. In che altro posso aiutarla?`,
    greeting: 'Buongiorno. Come posso aiutarla?',
    onlyFiles: 'Ho ricevuto il suo file. Che cosa desidera sapere?',
    bringPerson: 'Coinvolgere un collega',
  },
  nl: {
    holding: (code, wait) =>
      `Ik heb dit met alles wat we tot nu toe hebben aan ons team doorgegeven. ${wait === undefined ? 'Iemand antwoordt u hier' : `Ze antwoorden meestal binnen ${duration(wait, 'minuten', 'uur')}`}; u hoeft niets te herhalen. Uw kenmerk is ${code}.`,
    added: 'Ik heb dit bij uw aanvraag gevoegd. Het team leest het samen met de rest.',
    joined: (name) => `${name} van support doet nu mee.`,
    resolved: (name) => `${name} heeft deze aanvraag afgesloten. Schrijf gerust opnieuw.`,
    returned: (name) => `${name} heeft het aan mij teruggegeven. Waarmee kan ik nog helpen?`,
    greeting: 'Hallo. Waarmee kan ik u helpen?',
    onlyFiles: 'Ik heb uw bestand. Wat wilt u weten?',
    bringPerson: 'Een collega erbij halen',
  },
  pt: {
    holding: (code, wait) =>
      `Passei o seu pedido à nossa equipa com tudo o que temos até agora. ${wait === undefined ? 'Alguém responderá aqui' : `Costumam responder em ${duration(wait, 'minutos', 'horas')}`}; não precisa de repetir nada. A sua referência é ${code}.`,
    added: 'Acrescentei isto ao seu pedido. A equipa vai lê-lo com o resto.',
    joined: (name) => `${name}, do suporte, entrou na conversa.`,
    resolved: (name) => `${name} encerrou este pedido. Escreva de novo quando quiser.`,
    returned: (name) => `${name} devolveu-me a conversa. Em que mais posso ajudar?`,
    greeting: 'Olá. Em que posso ajudar?',
    onlyFiles: 'Recebi o seu ficheiro. O que gostaria de saber?',
    bringPerson: 'Chamar um colega',
  },
};

/** Five-minute steps below an hour, whole hours above: nobody believes more. */
const duration = (minutes: number, minuteWord: string, hourWord: string): string =>
  minutes < 60
    ? `${Math.max(5, Math.ceil(minutes / 5) * 5)} ${minuteWord}`
    : `${Math.max(2, Math.ceil(minutes / 60))} ${hourWord}`;

/** The words for a language tag (`de-AT`); English where we have no others. */
export const wordsFor = (locale: string): Words => byLanguage[locale.slice(0, 2).toLowerCase()] ?? english;
