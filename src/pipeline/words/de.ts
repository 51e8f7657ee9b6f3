import type { Reach, Words } from '../words.ts';
import { dayAndTime, duration } from './when.ts';

const when = (reach: Reach): string => {
  if (reach.kind !== 'open')
    return reach.kind === 'away'
      ? 'Es ist gerade nicht da und antwortet Ihnen hier, sobald es zurück ist'
      : `Es ist ${dayAndTime(reach, 'de')} wieder da und antwortet Ihnen dann hier`;
  return reach.usualMinutes === undefined
    ? 'Jemand antwortet Ihnen hier'
    : `Es antwortet meist innerhalb von ${duration(reach.usualMinutes, 'Minuten', 'Stunden')}`;
};

export const de: Words = {
  holding: (code, reach) =>
    `Ich habe das mit allem, was wir bisher haben, an unser Support-Team gegeben. ${when(reach)}; Sie müssen nichts wiederholen. Ihr Zeichen ist ${code}.`,
  stillWaiting: (code, reach) =>
    `Noch konnte niemand ${code} übernehmen; ich habe das Team erinnert. ${reach.kind === 'closed' ? `Es ist ${dayAndTime(reach, 'de')} wieder da.` : 'Sie hören hier von ihm; Ihr Platz in der Reihe bleibt.'}`,
  standing: (standing) => {
    if (standing.kind === 'waiting')
      return `Ihre Anfrage ${standing.code} wartet auf unser Team. ${when(standing.reach)}.`;
    return standing.kind === 'human'
      ? `${standing.name} hat Ihre Anfrage${standing.code === undefined ? '' : ` ${standing.code}`}.`
      : 'Sie haben keine offene Anfrage. Fragen Sie mich gern.';
  },
  added: 'Das habe ich zu Ihrer Anfrage gelegt. Das Team liest es mit dem Rest.',
  joined: (name) => `${name} vom Support ist jetzt dabei.`,
  tookOver: (name, before) => `${name} hat von ${before} übernommen.`,
  resolved: (name) =>
    `${name} hat die Anfrage abgeschlossen. Ist es damit gelöst? Schreiben Sie jederzeit wieder, ich bin da.`,
  unsolved: 'Schade, dass es noch nicht gelöst ist. Soll ich das Team wieder dazuholen?',
  returned: (name) => `${name} hat an mich zurückgegeben. Wobei kann ich noch helfen?`,
  greeting: 'Guten Tag. Wobei kann ich helfen?',
  aboutUs:
    'Ich beantworte Fragen aus unserer Dokumentation und nenne die Seite, von der ich es habe. Fragen Sie in Ihren Worten; mit „Status“ erfahren Sie, wie es um Ihre Anfrage steht, und einen Menschen können Sie jederzeit verlangen.',
  onlyFiles: 'Ihre Datei ist da. Was möchten Sie wissen?',
  bringPerson: 'Jemanden dazuholen',
};
