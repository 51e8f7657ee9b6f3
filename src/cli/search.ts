import { Command, Option } from 'commander';
import type { Explanation, Leg, Passage, SearchResult } from '#core/knowledge.ts';
import { int } from './arguments.ts';
import { asOption, audienceOf, internalOption } from './audience.ts';
import { withOperations } from './with-operations.ts';

interface Options {
  readonly limit: number;
  readonly leg?: Leg;
  readonly explain?: boolean;
  readonly json?: boolean;
  readonly as?: string;
  readonly internal?: boolean;
}

const legs: readonly Leg[] = ['lexical', 'dense', 'fused', 'reranked'];

export const search = (): Command =>
  new Command('search')
    .description('find passages in the knowledge base')
    .argument('<query...>', 'what to look for')
    .option('--limit <n>', 'at most this many passages', int(1, 100), 10)
    .option(
      '--explain',
      'say why each was found: its place by words, by meaning and after reranking, and what each word gave',
    )
    .addOption(new Option('--leg <leg>', 'stop at this way of searching; default: the best there is').choices(legs))
    .option('--json', 'print JSON')
    .addOption(asOption())
    .addOption(internalOption())
    .action(async (words: readonly string[], options: Options) => {
      const found = await withOperations((operations) =>
        operations.search({
          query: words.join(' '),
          limit: options.limit,
          audience: audienceOf(options),
          ...(options.leg === undefined ? {} : { leg: options.leg }),
          ...(options.explain === true ? { explain: true } : {}),
        }),
      );
      if (options.json === true) {
        process.stdout.write(`${JSON.stringify(toJson(found), null, 2)}\n`);
        return;
      }
      if (found.passages.length === 0)
        process.stderr.write(
          options.leg === 'dense'
            ? 'Nothing found by meaning. That needs OPENAI_EMBEDDING_MODEL, and vectors that are made in the background.\n'
            : 'Nothing found.\n',
        );
      if (options.explain === true) process.stdout.write(ofQuestion(found));
      found.passages.forEach((passage, at) => {
        process.stdout.write(`${at + 1}. ${ofPassage(passage)}${ofExplanation(found.explanations?.[at])}\n`);
      });
    });

const toJson = ({ passages, explanations }: SearchResult) =>
  passages.map(({ documentId, title, url, text, score }, at) => ({
    documentId,
    title,
    ...(url === undefined ? {} : { url }),
    text,
    score,
    ...(explanations?.[at] === undefined ? {} : { explanation: explanations[at] }),
  }));

/** Scores of legs have other sizes: three digits that count, whatever the size. */
const short = (score: number): string => Number(score.toPrecision(3)).toString();

const ofPassage = ({ title, score, url, documentId, text }: Passage): string =>
  `${title}  (${short(score)})\n   ${url ?? documentId}\n   ${text.replace(/\s+/g, ' ').slice(0, 240)}\n`;

/** What the corpus knows of the question, and how sure it is to answer it. */
const ofQuestion = ({ terms = [], confidence, signals = {} }: SearchResult): string => {
  const words = terms.map(({ stem, weight, also = [] }) => `${[stem, ...also].join('|')} ${short(weight)}`);
  const from = Object.entries(signals).map(([name, value]) => `${name} ${short(value)}`);
  return `words       ${words.join(' · ') || 'none that tell anything'}\nconfidence  ${short(confidence)}  (${from.join(', ')})\n\n`;
};

const ofExplanation = (explanation: Explanation | undefined): string => {
  if (explanation === undefined) return '';
  const { words, alsoIn = [] } = explanation;
  const places = legs.flatMap((leg) => {
    const place = explanation.legs[leg];
    return place === undefined ? [] : [`${leg} ${place.rank}. (${short(place.score)})`];
  });
  const given = words.map(({ stem, count, score }) => `${stem} ×${count} ${short(score)}`);
  return [
    `   why: ${places.join(' · ')}`,
    ...(given.length === 0 ? [] : [`   words: ${given.join(' · ')}`]),
    ...(alsoIn.length === 0 ? [] : [`   also in: ${alsoIn.join(', ')}`]),
    '',
  ].join('\n');
};
