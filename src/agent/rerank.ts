import { z } from 'zod';
import { AppError, errorMessage } from '#core/errors.ts';
import type { Reranker } from '#core/knowledge.ts';
import { retryAfterMs } from './retry-after.ts';

/** An endpoint that speaks the common rerank form. */
export interface RerankSettings {
  /** The whole address: `https://…/rerank`. */
  readonly url: string;
  /** Left out for local servers that ask for none. */
  readonly apiKey?: string;
  /** Left out where the server has a single model. */
  readonly model?: string;
  /** How long one request may take, in milliseconds. */
  readonly timeoutMs: number;
  /** `fetch` of its own, for tests. */
  readonly fetch?: typeof fetch;
}

/** Characters of a passage, and of the question, that are sent: more than any reranker reads. */
const longestText = 8_000;
const longestQuery = 2_000;
/** Bytes of an answer that are read: indices and scores of some hundred texts take a hundredth of it. */
const largestAnswer = 1_000_000;

const score = z.number().refine(Number.isFinite);
const ranked = z.array(
  z.union([
    z
      .object({ index: z.int().min(0), relevance_score: score })
      .transform((one) => ({ index: one.index, score: one.relevance_score })),
    z.object({ index: z.int().min(0), score }),
  ]),
);
/** `{results}` (Cohere, Jina, vLLM, llama.cpp), `{data}` (Voyage), or the bare list of Text Embeddings Inference. */
const answerForm = z.union([
  z.object({ results: ranked }).transform(({ results }) => results),
  z.object({ data: ranked }).transform(({ data }) => data),
  ranked,
]);

const failed = (
  message: string,
  parts: { readonly cause?: unknown; readonly retryAfterMs?: number | undefined } = {},
): AppError =>
  new AppError('unavailable', 'Searching goes on without the reranker.', {
    message: `the rerank endpoint failed: ${message}`,
    ...parts,
  });

const advice = (status: number): string => {
  if (status === 429) return 'it answers 429: raise its limits';
  if (status === 413) return 'it answers 413: the passages are too large for it';
  if (status === 401 || status === 403) return `it answers ${status}: check RERANK_API_KEY`;
  if (status === 404) return 'it answers 404: check RERANK_URL and RERANK_MODEL';
  return `it answers ${status}${status < 500 ? ': check RERANK_URL and RERANK_MODEL' : ''}`;
};

/**
 * The reranker behind `url` as our port: one request per question, no retries (a customer waits), no redirects (they would
 * take the key along). Text Embeddings Inference wants the passages under another name; where the endpoint says so, it gets them that way
 * from then on. Throws `AppError` `unavailable` for anything but one finite score per text; what the texts say is in no message.
 */
export const createReranker = (settings: RerankSettings): Reranker => {
  const { url, apiKey, model, timeoutMs, fetch: send = fetch } = settings;
  let wantsTexts = false;

  const body = (query: string, texts: readonly string[]): string => {
    const cut = texts.map((text) => text.slice(0, longestText).toWellFormed());
    const question = query.slice(0, longestQuery).toWellFormed();
    if (wantsTexts) return JSON.stringify({ query: question, texts: cut, truncate: true });
    return JSON.stringify({
      ...(model === undefined ? {} : { model }),
      query: question,
      documents: cut,
      top_n: cut.length,
      return_documents: false,
    });
  };

  const post = async (query: string, texts: readonly string[], signal: AbortSignal): Promise<Response> =>
    send(url, {
      method: 'POST',
      redirect: 'error',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
      },
      body: body(query, texts),
      signal,
    });

  const ask = async (query: string, texts: readonly string[], signal: AbortSignal): Promise<unknown> => {
    const response = await post(query, texts, signal);
    const text = await readAtMost(response, largestAnswer);
    if (response.ok) return JSON.parse(text);
    if (!wantsTexts && (response.status === 422 || response.status === 400) && /\btexts\b/.test(text)) {
      wantsTexts = true;
      return ask(query, texts, signal);
    }
    throw failed(advice(response.status), { retryAfterMs: retryAfterMs(response.headers.get('retry-after')) });
  };

  return {
    rerank: async (query, texts, signal) => {
      signal?.throwIfAborted();
      if (texts.length === 0) return [];
      const inTime = AbortSignal.timeout(timeoutMs);
      try {
        const answer = await ask(query, texts, signal ? AbortSignal.any([signal, inTime]) : inTime);
        return scoresOf(answer, texts.length);
      } catch (error) {
        signal?.throwIfAborted();
        if (error instanceof AppError) throw error;
        if (inTime.aborted) throw failed(`no answer within ${timeoutMs} ms`, { cause: error });
        if (error instanceof SyntaxError) throw failed('its answer is no JSON');
        throw failed(`no connection (${reason(error)}): check RERANK_URL and the network`, { cause: error });
      }
    },
  };
};

/** fetch says "fetch failed"; why stands in its cause. */
const reason = (error: unknown): string => {
  const { cause } = error as { cause?: { code?: unknown } };
  return typeof cause?.code === 'string' ? cause.code : errorMessage(cause ?? error);
};

/** One score per text, by the index that the endpoint gives. */
const scoresOf = (answer: unknown, count: number): readonly number[] => {
  const parsed = answerForm.safeParse(answer);
  if (!parsed.success) throw failed('its answer has no list of index and score');
  const scores = new Map(parsed.data.map((one) => [one.index, one.score]));
  if (scores.size !== parsed.data.length) throw failed('its answer names a text twice');
  if (scores.size !== count) throw failed(`its answer has ${scores.size} scores for ${count} texts`);
  return Array.from({ length: count }, (_, index) => {
    const found = scores.get(index);
    if (found === undefined) throw failed(`its answer has no score for text ${index + 1} of ${count}`);
    return found;
  });
};

const readAtMost = async (response: Response, limit: number): Promise<string> => {
  if (!response.body) return '';
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const part of response.body) {
    bytes += part.byteLength;
    // Leaving the loop closes the connection.
    if (bytes > limit) throw failed(`its answer is larger than ${limit} bytes`);
    text += decoder.decode(part, { stream: true });
  }
  return text + decoder.decode();
};
