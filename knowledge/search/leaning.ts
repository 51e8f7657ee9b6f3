import { fold } from '#core/terms.ts';
import type { SmallWords } from './small-words.ts';
import { type SubjectRun, type SubjectWord, subjectRuns } from './subject-runs.ts';

/** How much a message leans on the thread: it says nothing of its own, it points back, it may point back, it stands alone. */
export type Leaning = 'alone' | 'strong' | 'weak' | 'none';

/** Greetings and interjections before what is said. */
const leadIn =
  /^(?:[^\p{L}\p{N}]|(?:ok|okay|oke|hm+|mm+|ah|oh|so|well|hi|hey|hallo|hoi|hola|ola|ciao|bonjour|and so|alright|sorry)(?![\p{L}\p{N}]))+/u;
const condition = /(?:^| )(?:if|wenn|si|se|als)$/;

/** How much a message leans on what was said before it. */
export const leaningOf = (
  text: string,
  runs: readonly SubjectRun[],
  small: SmallWords,
  hasTopic: boolean,
  isAsked: boolean,
): Leaning => {
  if (!hasTopic) return 'none';
  const folded = fold(text).replace(/\s+/g, ' ').trim();
  const said = folded.replace(/[\s,;:"“”„]+/gu, ' ').replace(leadIn, '');
  const spoken = folded.replace(/[\s?!.…,]+$/u, '');
  const count = (parts: readonly SubjectRun[]) =>
    parts.reduce((sum, run) => sum + run.words.reduce((all, word) => all + weightOfWord(word), 0), 0);
  const own = count(runs);
  const length = spoken.split(' ').length;
  const asks = /[?？]/u.test(text) || small.asking.test(said);
  const pointing = small.pointing.exec(spoken);
  if (own === 0) {
    const leans = asks || isAsked || (!small.thanks.test(said) && (pointing !== null || small.opening.test(said)));
    return leans && length <= 14 ? 'alone' : 'none';
  }
  if (small.anotherSubject.test(folded.replaceAll(',', ''))) return 'none';
  if (small.thanks.test(said) && !asks && own <= 2) return 'none';
  // "Done, it blinks. And now?"
  const last = folded.split(/[.!?]+\s+/).at(-1) ?? '';
  if (last !== folded && own <= 4 && small.opening.test(last) && subjectRuns(last, small).length === 0) return 'strong';
  const opening = small.opening.exec(said)?.[0].trim() ?? '';
  const rest = said.slice(opening.length).trimStart();
  const isClause = small.asking.test(opening === '' ? said : rest);
  if (condition.test(opening) && own <= 4) return 'strong';
  if (pointing) {
    const before = count(subjectRuns(spoken.slice(0, pointing.index), small));
    if (before <= 1 && own <= 4) return 'strong';
    // After a pause it more likely points to what stands before the pause.
    if (before <= 2 && own <= 3 && !/[,.;:!?]/.test(spoken.slice(0, pointing.index))) return 'weak';
  }
  if (opening !== '' && !isClause) {
    const isPlace = small.prepositions.has(opening);
    if (isPlace ? length <= 4 && own <= 2 : own <= 4 && length <= 9) return 'strong';
  }
  if (isAsked && !isClause && length <= 6) return 'strong';
  const isBare = own === 1 && length <= 5 && runs[0]?.isNamed !== true;
  return isBare || (opening !== '' && own === 1) ? 'weak' : 'none';
};

/** A run of letters without spaces between words is several of them. */
const weightOfWord = ({ text }: SubjectWord): number =>
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text) ? Math.ceil(text.length / 3) : 1;
