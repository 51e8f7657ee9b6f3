import type { Reach, Words } from '../words.ts';
import { dayAndTime, duration } from './when.ts';

const when = (reach: Reach): string => {
  if (reach.kind !== 'open')
    return reach.kind === 'away'
      ? 'Ze zijn er nu niet en antwoorden u hier zodra ze terug zijn'
      : `Ze zijn er ${dayAndTime(reach, 'nl')} weer en antwoorden u dan hier`;
  return reach.usualMinutes === undefined
    ? 'Iemand antwoordt u hier'
    : `Ze antwoorden meestal binnen ${duration(reach.usualMinutes, 'minuten', 'uur')}`;
};

export const nl: Words = {
  holding: (code, reach) =>
    `Ik heb dit met alles wat we tot nu toe hebben aan ons team doorgegeven. ${when(reach)}; u hoeft niets te herhalen. Uw kenmerk is ${code}.`,
  stillWaiting: (code, reach) =>
    `Nog niemand kon ${code} oppakken; ik heb het team eraan herinnerd. ${reach.kind === 'closed' ? `Ze zijn er ${dayAndTime(reach, 'nl')} weer.` : 'U hoort hier van ze; uw plaats in de rij blijft.'}`,
  standing: (standing) => {
    if (standing.kind === 'waiting') return `Uw aanvraag ${standing.code} wacht op ons team. ${when(standing.reach)}.`;
    return standing.kind === 'human'
      ? `${standing.name} heeft uw aanvraag${standing.code === undefined ? '' : ` ${standing.code}`}.`
      : 'U hebt geen open aanvraag. Vraag me gerust iets.';
  },
  added: 'Ik heb dit bij uw aanvraag gevoegd. Het team leest het samen met de rest.',
  joined: (name) => `${name} van support doet nu mee.`,
  tookOver: (name, before) => `${name} heeft het overgenomen van ${before}.`,
  resolved: (name) => `${name} heeft deze aanvraag afgesloten. Is het daarmee opgelost? Schrijf gerust opnieuw.`,
  unsolved: 'Jammer dat het niet is opgelost. Zal ik het team er weer bij halen?',
  returned: (name) => `${name} heeft het aan mij teruggegeven. Waarmee kan ik nog helpen?`,
  greeting: 'Hallo. Waarmee kan ik u helpen?',
  aboutUs:
    'Ik beantwoord vragen uit onze documentatie en noem de pagina. Vraag het in uw eigen woorden; schrijf “status” om te horen hoe het met uw aanvraag staat, of vraag op elk moment om een mens.',
  onlyFiles: 'Ik heb uw bestand. Wat wilt u weten?',
  bringPerson: 'Een collega erbij halen',
};
