/**
 * An invented corpus of any size, the same at every run: words by Zipf's law, each document about a topic of its own. What matters to
 * an index is how words are spread, not what they mean.
 */

import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Embedder } from '#core/knowledge.ts';

/** A repeatable source of numbers in 0…1 (mulberry32). */
export const randomFrom = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

const syllables =
  'ba be bi bo bu da de di do du fa fe fi ga go ka ke ko ku la le li lo lu ma me mi mo na ne ni no pa pe po ra re ri ro sa se so ta te ti to va ve vo za ze'.split(
    ' ',
  );

/** The word of a rank: three or four syllables, so that none is a word of English and few are alike. */
const wordOf = (rank: number): string => {
  let rest = rank + 7;
  let word = '';
  while (word.length < 6 || rest > 0) {
    word += syllables[rest % syllables.length] ?? '';
    rest = Math.floor(rest / syllables.length);
  }
  return word;
};

const vocabulary = 60_000;
/** Words that only a topic's documents use often. */
const topicWords = 40;

export interface InventedDocument {
  readonly _id: string;
  readonly title: string;
  readonly text: string;
}

/** `count` documents of about two passages each. */
export function* inventedDocuments(count: number, seed = 1): Generator<InventedDocument> {
  const random = randomFrom(seed);
  const common = (): string => wordOf(Math.floor(vocabulary ** random()) - 1);
  const topics = Math.max(50, Math.floor(count / 20));
  for (let n = 0; n < count; n += 1) {
    const topic = Math.floor(random() * topics);
    const own = (): string =>
      wordOf(200 + ((topic * 7_919 + Math.floor(topicWords * random() ** 2) * 104_729) % (vocabulary - 200)));
    const sentence = (): string => {
      const words = Array.from({ length: 8 + Math.floor(random() * 10) }, () => (random() < 0.25 ? own() : common()));
      return `${words.join(' ')}.`;
    };
    const paragraph = (): string => Array.from({ length: 7 + Math.floor(random() * 5) }, sentence).join(' ');
    yield {
      _id: `doc-${n}`,
      title: `${own()} ${own()} ${common()}`,
      text: `${paragraph()}\n\n## ${own()} ${own()}\n\n${paragraph()}`,
    };
  }
}

/** A question that one document answers: a few of its telling words among common ones. */
export const questionAbout = (document: InventedDocument, seed: number): string => {
  const random = randomFrom(seed);
  const words = document.text
    .replace(/[^a-z ]/g, ' ')
    .split(/\s+/)
    .filter((word) => word.length > 5);
  return Array.from(
    { length: 5 + Math.floor(random() * 3) },
    () => words[Math.floor(random() * words.length)] ?? '',
  ).join(' ');
};

/** The corpus as a JSON Lines file; answers its path. */
export const writeCorpus = async (path: string, documents: number): Promise<string> => {
  const lines = function* () {
    for (const document of inventedDocuments(documents)) yield `${JSON.stringify(document)}\n`;
  };
  await pipeline(Readable.from(lines()), createWriteStream(path));
  return path;
};

/** Words thrown into `dimensions` drawers: vectors as spread out as a model's, without their meaning. */
export const hashingEmbedder = (dimensions: number): Embedder => ({
  space: `hashing-${dimensions}`,
  embed: (texts) => Promise.resolve(texts.map((text) => hashed(text, dimensions))),
});

const hashed = (text: string, dimensions: number): readonly number[] => {
  const vector = new Array<number>(dimensions).fill(0.001);
  for (const word of text.toLowerCase().match(/[a-z]{3,}/g) ?? []) {
    let hash = 2_166_136_261;
    for (let at = 0; at < word.length; at += 1) hash = Math.imul(hash ^ word.charCodeAt(at), 16_777_619);
    const drawer = (hash >>> 1) % dimensions;
    vector[drawer] = (vector[drawer] ?? 0) + (hash & 1 ? 1 : -1);
  }
  return vector;
};
