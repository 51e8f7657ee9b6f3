import type { Log } from '#core/channel.ts';
import type { Embedder, Knowledge, Reranker } from '#core/knowledge.ts';
import type { Tool } from '#core/tool.ts';
import type { Answerer } from '#core/turn.ts';
import { createOpenAiEmbedder, type EmbeddingSettings } from './embeddings.ts';
import { createExtractiveAnswerer, type ExtractiveSettings } from './extractive.ts';
import type { ModelSettings } from './model.ts';
import type { TurnLimits } from './model-answerer.ts';
import type { RerankSettings } from './rerank.ts';
import type { BreakerState, ResilienceSettings } from './resilient-answerer.ts';

export interface AnswererSettings {
  /** Missing: answers are quoted from the knowledge base. */
  readonly chat?: ModelSettings;
  readonly extractive?: Partial<ExtractiveSettings>;
  readonly limits?: Partial<TurnLimits>;
  readonly resilience?: Partial<ResilienceSettings>;
}

export interface AnswererDeps {
  readonly knowledge: Pick<Knowledge, 'search'>;
  /** Tools beside the built-in ones (searching again, handing over). */
  readonly tools?: readonly Tool[];
  readonly log: Log;
  /** The breaker's state, when several processes share it. */
  readonly breaker?: BreakerState;
}

/**
 * The answerer for these settings: the model with the extractive one behind it, or the extractive one alone. What a model
 * needs is imported only when there is one.
 */
export const createAnswerer = async (settings: AnswererSettings, deps: AnswererDeps): Promise<Answerer> => {
  const extractive = createExtractiveAnswerer(settings.extractive);
  const { chat, limits, resilience } = settings;
  if (chat === undefined) return extractive;
  const [{ createModel }, { createModelAnswerer }, { createResilientAnswerer }, { searchKnowledge }] =
    await Promise.all([
      import('./model.ts'),
      import('./model-answerer.ts'),
      import('./resilient-answerer.ts'),
      import('./tools/search-knowledge.ts'),
    ]);
  const { knowledge, tools = [], log, breaker } = deps;
  return createResilientAnswerer({
    primary: createModelAnswerer({
      model: createModel(chat),
      tools: [searchKnowledge(knowledge), ...tools],
      log,
      limits: { silenceMs: chat.timeoutMs, ...limits },
    }),
    fallback: extractive,
    log,
    ...(breaker === undefined ? {} : { breaker }),
    ...(resilience === undefined ? {} : { settings: resilience }),
  });
};

/** The embedder for these settings; `undefined` means lexical retrieval alone. */
export const createEmbedder = async (settings: EmbeddingSettings | undefined): Promise<Embedder | undefined> => {
  if (settings === undefined) return undefined;
  const embedder = createOpenAiEmbedder(settings);
  await embedder.load();
  return embedder;
};

/** The reranker for these settings, if there is to be one. */
export const createReranker = async (settings: RerankSettings | undefined): Promise<Reranker | undefined> =>
  settings === undefined ? undefined : (await import('./rerank.ts')).createReranker(settings);

export { embedderForSpace } from './embeddings.ts';
