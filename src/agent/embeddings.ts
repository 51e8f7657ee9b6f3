import { AppError, errorMessage } from '#core/errors.ts';
import type { Embedder } from '#core/knowledge.ts';
import { retryAfterMs } from './retry-after.ts';

/** An OpenAI-compatible embedding endpoint. */
export interface EmbeddingSettings {
  /** Left out for local servers that ask for none. */
  readonly apiKey?: string;
  /** Ends before `/embeddings`. OpenAI's own when left out. */
  readonly baseUrl?: string;
  readonly model: string;
  /** How long one request may take, in milliseconds. */
  readonly timeoutMs: number;
  /** Ask for vectors of this length, where the model can shorten them; without it the model decides. */
  readonly dimension?: number;
  /** Retries of a busy or failing endpoint, with back-off. Default 2. */
  readonly retries?: number;
}

/** Texts per request: below every limit we know of, also in tokens for texts of chunk size. */
const batchSize = 96;

/** Answers that are about these texts, not about the endpoint: other texts may well get their vectors. */
const refusals: ReadonlySet<unknown> = new Set([400, 413, 422]);

const endpointFailed = (cause: unknown): AppError => {
  const { status, headers } = (cause ?? {}) as { readonly status?: unknown; readonly headers?: unknown };
  return new AppError(
    refusals.has(status) ? 'bad-request' : 'unavailable',
    'Searching by meaning is not available at the moment.',
    {
      message: `the embedding endpoint failed: ${typeof status === 'number' ? status : errorMessage(cause)}`,
      cause,
      retryAfterMs: headers instanceof Headers ? retryAfterMs(headers.get('retry-after')) : undefined,
    },
  );
};

/** Rejects as soon as `signal` aborts; the request behind it ends by its own timeout. */
const abortable = <T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> => {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
};

/**
 * LangChain's OpenAI embeddings as our port. `space` is the model's name, followed by `:dimension` where one is set, so it
 * is known without a call and the same in every process. The dimension itself is learnt from the first vectors and holds
 * from then on. Throws `AppError`: `unavailable` when the endpoint fails (with the time it wants to be left alone, where it says one),
 * `bad-request` when it refuses these texts, `misconfigured` when vectors of another dimension arrive, because they must never
 * get among the others.
 */
export const createOpenAiEmbedder = (settings: EmbeddingSettings): Embedder & { load(): Promise<unknown> } => {
  const { apiKey, baseUrl, model, timeoutMs } = settings;
  let dimension = settings.dimension;

  const load = async () => {
    const { OpenAIEmbeddings } = await import('@langchain/openai');
    return new OpenAIEmbeddings({
      model,
      apiKey: apiKey ?? 'none',
      timeout: timeoutMs,
      maxRetries: settings.retries ?? 2,
      batchSize,
      ...(settings.dimension === undefined ? {} : { dimensions: settings.dimension }),
      // Asked for plain numbers, because compatible servers often ignore the client's default, base64.
      encodingFormat: 'float',
      configuration: { baseURL: baseUrl ?? 'https://api.openai.com/v1' },
    });
  };
  let client: ReturnType<typeof load> | undefined;

  const check = (vectors: readonly (readonly number[])[], count: number): void => {
    if (vectors.length !== count) throw endpointFailed(new Error(`${vectors.length} vectors for ${count} texts`));
    for (const vector of vectors) {
      if (!Array.isArray(vector) || vector.length === 0) throw endpointFailed(new Error('a vector without numbers'));
      dimension ??= vector.length;
      if (vector.length !== dimension) {
        throw new AppError('misconfigured', 'Searching by meaning is not available at the moment.', {
          message:
            `the embedding model "${model}" returned ${vector.length} numbers instead of ${dimension}: ` +
            'another model answers under this name; bring the former one back, or give the new one a name of its own',
        });
      }
    }
  };

  return {
    /** Brings the client in ahead of the first text, whose time is limited. */
    load: () => (client ??= load()),
    space: settings.dimension === undefined ? model : `${model}:${settings.dimension}`,
    embed: async (texts, signal) => {
      signal?.throwIfAborted();
      if (texts.length === 0) return [];
      client ??= load();
      const request = client.then((embeddings) => embeddings.embedDocuments([...texts]));
      const vectors = await abortable(request, signal).catch((thrown: unknown) => {
        signal?.throwIfAborted();
        throw endpointFailed(thrown);
      });
      check(vectors, texts.length);
      return vectors;
    },
  };
};

/** The embedder whose vectors a space holds, at the same endpoint: the space's name says model and dimension. */
export const embedderForSpace = (endpoint: Omit<EmbeddingSettings, 'model' | 'dimension'>, space: string): Embedder => {
  const [, model, dimension] = /^(.+):(\d{1,4})$/.exec(space) ?? [];
  return createOpenAiEmbedder(
    model === undefined ? { ...endpoint, model: space } : { ...endpoint, model, dimension: Number(dimension) },
  );
};
