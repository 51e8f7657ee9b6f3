import type { Reach, Words } from '../words.ts';
import { dayAndTime, duration } from './when.ts';

const when = (reach: Reach): string => {
  if (reach.kind !== 'open')
    return reach.kind === 'away'
      ? 'Neste momento não estão e responderão aqui quando voltarem'
      : `Voltam ${dayAndTime(reach, 'pt')} e responderão aqui`;
  return reach.usualMinutes === undefined
    ? 'Alguém responderá aqui'
    : `Costumam responder em ${duration(reach.usualMinutes, 'minutos', 'horas')}`;
};

export const pt: Words = {
  holding: (code, reach) =>
    `Passei o seu pedido à nossa equipa com tudo o que temos até agora. ${when(reach)}; não precisa de repetir nada. A sua referência é ${code}.`,
  stillWaiting: (code, reach) =>
    `Ainda ninguém pôde tratar de ${code}; lembrei a equipa. ${reach.kind === 'closed' ? `Voltam ${dayAndTime(reach, 'pt')}.` : 'Responderão aqui; o seu lugar na fila mantém-se.'}`,
  standing: (standing) => {
    if (standing.kind === 'waiting')
      return `O seu pedido ${standing.code} está à espera da nossa equipa. ${when(standing.reach)}.`;
    return standing.kind === 'human'
      ? `${standing.name} tem o seu pedido${standing.code === undefined ? '' : ` ${standing.code}`}.`
      : 'Não tem nenhum pedido aberto. Pergunte-me o que quiser.';
  },
  added: 'Acrescentei isto ao seu pedido. A equipa vai lê-lo com o resto.',
  joined: (name) => `${name}, do suporte, entrou na conversa.`,
  tookOver: (name, before) => `${name} assumiu o lugar de ${before}.`,
  resolved: (name) => `${name} encerrou este pedido. Ficou resolvido? Escreva de novo quando quiser.`,
  unsolved: 'Lamento que não esteja resolvido. Chamo a equipa de novo?',
  returned: (name) => `${name} devolveu-me a conversa. Em que mais posso ajudar?`,
  greeting: 'Olá. Em que posso ajudar?',
  aboutUs:
    'Respondo com base na nossa documentação e indico a página. Pergunte por palavras suas; escreva «estado» para saber como está o seu pedido, ou peça uma pessoa a qualquer momento.',
  onlyFiles: 'Recebi o seu ficheiro. O que gostaria de saber?',
  bringPerson: 'Chamar um colega',
};
