/** The knowledge base of the settings: with vectors, a reranker and synonyms of one's own where there are some. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, errorMessage } from '#core/errors.ts';
import { createKnowledge, type KnowledgeBase, type KnowledgeDeps } from '#knowledge/index.ts';
import { parseSynonyms, type SynonymRule } from '#knowledge/words/synonyms.ts';
import { createEmbedder, createReranker, embedderForSpace } from './agent/index.ts';
import type { Config } from './config.ts';
import type { Logger } from './observe/log.ts';
import type { Database } from './store/database.ts';
import type { Tables } from './store/tables.ts';

/** Who counts what is found. */
export type ObserveKnowledge = Pick<KnowledgeDeps<unknown>, 'onSearched' | 'onAlarm'>;

/** Where the chat and embedding endpoint is; undefined when there is none. */
export const endpointOf = ({ model }: Config) =>
  model.apiKey === undefined && model.baseUrl === undefined
    ? undefined
    : {
        ...(model.apiKey === undefined ? {} : { apiKey: model.apiKey }),
        ...(model.baseUrl === undefined ? {} : { baseUrl: model.baseUrl }),
        timeoutMs: model.timeoutMs,
      };

export const openKnowledge = async (
  config: Config,
  { db }: Database,
  log: Logger,
  observe: ObserveKnowledge,
): Promise<KnowledgeBase<Tables>> => {
  const { knowledge, server } = config;
  return createKnowledge({
    db,
    log,
    ...observe,
    ...(await embedders(config)),
    reranker: await createReranker(rerankEndpoint(config)),
    synonyms: knowledge.synonyms === undefined ? [] : await readSynonyms(knowledge.synonyms),
    weights: knowledge.evidence.weights,
    collections: knowledge.collections,
    privateHosts: knowledge.privateHosts,
    cacheFolder: join(server.home, 'repositories'),
  });
};

const embedders = async (config: Config): Promise<Pick<KnowledgeDeps<unknown>, 'embedder' | 'embedderFor'>> => {
  const endpoint = endpointOf(config);
  const { embedding } = config.model;
  if (endpoint === undefined || embedding === undefined) return {};
  const embedder = await createEmbedder({ ...endpoint, model: embedding });
  return { embedder, embedderFor: (space) => embedderForSpace(endpoint, space) };
};

const rerankEndpoint = ({ rerank: { url, apiKey, model, timeoutMs } }: Config) =>
  url === undefined
    ? undefined
    : {
        url,
        timeoutMs,
        ...(apiKey === undefined ? {} : { apiKey }),
        ...(model === undefined ? {} : { model }),
      };

const readSynonyms = async (path: string): Promise<readonly SynonymRule[]> => {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new AppError('misconfigured', `KNOWLEDGE_SYNONYMS: ${path} cannot be read (${errorMessage(error)}).`);
  });
  const parsed = parseSynonyms(text);
  if (parsed.ok) return parsed.rules;
  throw new AppError(
    'misconfigured',
    `KNOWLEDGE_SYNONYMS: ${path} has problems:\n${parsed.problems.map((problem) => `  - ${problem}`).join('\n')}`,
  );
};
