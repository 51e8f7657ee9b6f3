import type { Reach, Words } from '../words.ts';
import { dayAndTime, duration } from './when.ts';

const when = (reach: Reach): string => {
  if (reach.kind !== 'open')
    return reach.kind === 'away'
      ? 'Elle est absente pour le moment et vous répondra ici à son retour'
      : `Elle est de retour ${dayAndTime(reach, 'fr')} et vous répondra alors ici`;
  return reach.usualMinutes === undefined
    ? 'Quelqu’un vous répondra ici'
    : `Elle répond en général en ${duration(reach.usualMinutes, 'minutes', 'heures')}`;
};

export const fr: Words = {
  holding: (code, reach) =>
    `J'ai transmis votre demande à notre équipe avec tout ce que nous avons déjà. ${when(reach)} ; inutile de répéter quoi que ce soit. Votre référence : ${code}.`,
  stillWaiting: (code, reach) =>
    `Personne n’a encore pu prendre ${code} ; j’ai relancé l’équipe. ${reach.kind === 'closed' ? `Elle est de retour ${dayAndTime(reach, 'fr')}.` : 'Elle vous répondra ici ; votre tour est conservé.'}`,
  standing: (standing) => {
    if (standing.kind === 'waiting')
      return `Votre demande ${standing.code} attend notre équipe. ${when(standing.reach)}.`;
    return standing.kind === 'human'
      ? `${standing.name} s’occupe de votre demande${standing.code === undefined ? '' : ` ${standing.code}`}.`
      : 'Vous n’avez pas de demande ouverte. Posez-moi votre question ici.';
  },
  added: 'Je l’ai ajouté à votre demande. L’équipe le lira avec le reste.',
  joined: (name) => `${name}, de l’assistance, a rejoint la conversation.`,
  tookOver: (name, before) => `${name} a pris le relais de ${before}.`,
  resolved: (name) => `${name} a clos cette demande. Est-ce résolu ? Écrivez à nouveau quand vous voulez, je suis là.`,
  unsolved: 'Désolé que ce ne soit pas résolu. Dois-je faire revenir l’équipe ?',
  returned: (name) => `${name} m’a rendu la main. Que puis-je faire d’autre pour vous ?`,
  greeting: 'Bonjour. Comment puis-je vous aider ?',
  aboutUs:
    'Je réponds aux questions à partir de notre documentation et j’indique la page. Demandez avec vos propres mots ; écrivez « statut » pour savoir où en est votre demande, ou demandez une personne à tout moment.',
  onlyFiles: 'J’ai bien reçu votre fichier. Que souhaitez-vous savoir ?',
  bringPerson: 'Faire appel à un collègue',
};
