import type { Reach, Words } from '../words.ts';
import { dayAndTime, duration } from './when.ts';

const when = (reach: Reach): string => {
  if (reach.kind !== 'open')
    return reach.kind === 'away'
      ? 'Al momento non ci sono e risponderanno qui al loro ritorno'
      : `Tornano ${dayAndTime(reach, 'it')} e risponderanno qui`;
  return reach.usualMinutes === undefined
    ? 'Qualcuno risponderà qui'
    : `Di solito rispondono entro ${duration(reach.usualMinutes, 'minuti', 'ore')}`;
};

export const it: Words = {
  holding: (code, reach) =>
    `Ho passato la richiesta al nostro team con tutto quello che abbiamo finora. ${when(reach)}; non serve ripetere nulla. Il suo riferimento è ${code}.`,
  stillWaiting: (code, reach) =>
    `Nessuno ha ancora potuto prendere in carico ${code}; ho sollecitato il team. ${reach.kind === 'closed' ? `Tornano ${dayAndTime(reach, 'it')}.` : 'Le risponderanno qui; il suo posto in coda resta.'}`,
  standing: (standing) => {
    if (standing.kind === 'waiting')
      return `La sua richiesta ${standing.code} aspetta il nostro team. ${when(standing.reach)}.`;
    return standing.kind === 'human'
      ? `${standing.name} segue la sua richiesta${standing.code === undefined ? '' : ` ${standing.code}`}.`
      : 'Non ha richieste aperte. Mi chieda pure qui.';
  },
  added: 'L’ho aggiunto alla sua richiesta. Il team lo leggerà insieme al resto.',
  joined: (name) => `${name} dell’assistenza si è unito alla conversazione.`,
  tookOver: (name, before) => `${name} ha preso il posto di ${before}.`,
  resolved: (name) => `${name} ha chiuso la richiesta. È risolto? Scriva di nuovo quando vuole.`,
  unsolved: 'Mi dispiace che non sia risolto. Richiamo il team?',
  returned: (name) => `${name} mi ha restituito la conversazione. In che altro posso aiutarla?`,
  greeting: 'Buongiorno. Come posso aiutarla?',
  aboutUs:
    'Rispondo in base alla nostra documentazione e indico la pagina. Chieda con parole sue; scriva «stato» per sapere a che punto è la richiesta, o chieda una persona in qualsiasi momento.',
  onlyFiles: 'Ho ricevuto il suo file. Che cosa desidera sapere?',
  bringPerson: 'Coinvolgere un collega',
};
