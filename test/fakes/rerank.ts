import { type JsonEndpoint, startJsonEndpoint } from './json-endpoint.ts';

/** What the answers look like: `{results: [{index, relevance_score}]}`, `{data: …}`, or the bare list of Text Embeddings Inference. */
export type RerankForm = 'results' | 'data' | 'inference';

/** Starts a rerank server that scores a text by the share of the question's words in it, best first. */
export const startRerankServer = (form: RerankForm = 'results'): Promise<JsonEndpoint> =>
  startJsonEndpoint((_path, body) => {
    const texts = body[form === 'inference' ? 'texts' : 'documents'];
    // The words of the real server for a request in the other form.
    if (!Array.isArray(texts))
      return { status: 422, body: { error: 'missing field `texts`', error_type: 'validation' } };
    const words = (text: string) => new Set(text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []);
    const asked = words(String(body['query']));
    const ranked = texts
      .map((text, index) => ({ index, score: asked.intersection(words(String(text))).size / Math.max(1, asked.size) }))
      .sort((one, other) => other.score - one.score);
    if (form === 'inference') return { body: ranked };
    const list = ranked.map(({ index, score }) => ({ index, relevance_score: score }));
    return { body: form === 'results' ? { results: list } : { object: 'list', data: list } };
  });
