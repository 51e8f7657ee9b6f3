import type { Reach, Words } from '../words.ts';
import { dayAndTime, duration } from './when.ts';

const when = (reach: Reach): string => {
  if (reach.kind !== 'open')
    return reach.kind === 'away'
      ? 'Ahora mismo no están y le responderán aquí cuando vuelvan'
      : `Vuelven el ${dayAndTime(reach, 'es')} y le responderán aquí`;
  return reach.usualMinutes === undefined
    ? 'Alguien le responderá aquí'
    : `Suelen responder en ${duration(reach.usualMinutes, 'minutos', 'horas')}`;
};

export const es: Words = {
  holding: (code, reach) =>
    `He pasado su consulta a nuestro equipo con todo lo que tenemos hasta ahora. ${when(reach)}; no hace falta que repita nada. Su referencia es ${code}.`,
  stillWaiting: (code, reach) =>
    `Todavía nadie ha podido atender ${code}; he avisado de nuevo al equipo. ${reach.kind === 'closed' ? `Vuelven el ${dayAndTime(reach, 'es')}.` : 'Le responderán aquí; su turno se mantiene.'}`,
  standing: (standing) => {
    if (standing.kind === 'waiting')
      return `Su consulta ${standing.code} espera a nuestro equipo. ${when(standing.reach)}.`;
    return standing.kind === 'human'
      ? `${standing.name} tiene su consulta${standing.code === undefined ? '' : ` ${standing.code}`}.`
      : 'No tiene ninguna consulta abierta. Pregúnteme lo que quiera.';
  },
  added: 'Lo he añadido a su consulta. El equipo lo leerá junto con lo demás.',
  joined: (name) => `${name}, de soporte, se ha unido.`,
  tookOver: (name, before) => `${name} ha tomado el relevo de ${before}.`,
  resolved: (name) => `${name} ha cerrado la consulta. ¿Se ha resuelto? Escriba de nuevo cuando quiera y le atiendo.`,
  unsolved: 'Siento que no esté resuelto. ¿Aviso de nuevo al equipo?',
  returned: (name) => `${name} me ha devuelto la conversación. ¿En qué más puedo ayudarle?`,
  greeting: 'Hola. ¿En qué puedo ayudarle?',
  aboutUs:
    'Respondo a partir de nuestra documentación e indico la página. Pregunte con sus propias palabras; escriba «estado» para saber cómo va su consulta, o pida una persona cuando quiera.',
  onlyFiles: 'He recibido su archivo. ¿Qué desea saber?',
  bringPerson: 'Avisar a un compañero',
};
