import { type JsonEndpoint, startJsonEndpoint } from './json-endpoint.ts';

/** An OpenAI-compatible embedding server under `/v1`. */
export interface EmbeddingServer extends JsonEndpoint {
  /** What `OPENAI_BASE_URL` would be. */
  readonly baseUrl: string;
  /** Models that it serves from now on; others answer 404. */
  readonly serve: (models: Readonly<Record<string, number>>) => void;
}

/**
 * Starts a server whose vectors are counts of hashed word beginnings: texts that share words are near each other. It shows that
 * the machinery works, not how well meaning is found. `models`: dimensions by name.
 */
export const startEmbeddingServer = async (models: Readonly<Record<string, number>>): Promise<EmbeddingServer> => {
  let served = models;
  const endpoint = await startJsonEndpoint((_path, body) => {
    const model = String(body['model']);
    const dimensions = served[model];
    if (dimensions === undefined) return { status: 404, body: { error: { message: `no model ${model}` } } };
    const texts = [body['input']].flat().map(String);
    const data = texts.map((text, index) => ({ object: 'embedding', index, embedding: hashedWords(text, dimensions) }));
    return { body: { object: 'list', model, data, usage: { prompt_tokens: 0, total_tokens: 0 } } };
  });
  const serve: EmbeddingServer['serve'] = (now) => {
    served = now;
  };
  return { ...endpoint, baseUrl: `${endpoint.url}/v1`, serve };
};

/** Counts of a text's words by the hash of their first five letters; the last number is never 0, so that every text has a direction. */
export const hashedWords = (text: string, dimensions: number): number[] => {
  const counts = new Array<number>(dimensions).fill(0);
  for (const word of text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []) {
    let hash = 2_166_136_261;
    for (const letter of word.slice(0, 5)) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 16_777_619) >>> 0;
    const at = hash % (dimensions - 1);
    counts[at] = (counts[at] ?? 0) + 1;
  }
  counts[dimensions - 1] = 0.01;
  return counts;
};
