/** What commands do, in the server's process or in their own: values in, values out. */
import { AppError } from '#core/errors.ts';
import type { Knowledge, Leg, SearchResult } from '#core/knowledge.ts';
import { detectLanguage } from '#core/language.ts';
import type { Citation, ConversationId, Message, MessageId } from '#core/message.ts';
import type { Audience, Turn, TurnOutcome } from '#core/turn.ts';
import { type EvaluationInput, type EvaluationReport, evaluate } from '#knowledge/evaluation/evaluate.ts';
import type {
  GapReport,
  Impact,
  PreviewRange,
  PreviewReport,
  RecallInput,
  RecallReport,
} from '#knowledge/impact/index.ts';
import {
  describeCounts,
  type IngestOptions,
  type IngestProgress,
  type IngestReport,
  type KnowledgeBase,
  type PlannedChange,
  parseVisibility,
} from '#knowledge/index.ts';
import type { Sync, SyncReport } from '#knowledge/sync/sync.ts';

export type { GapReport, PreviewReport, QuestionChange, RecallReport } from '#knowledge/impact/index.ts';
export type { EvaluationReport, IngestReport, PlannedChange };
export { describeCounts };

/** What a preview reads, as an ingestion would. */
export type PreviewSources = Pick<IngestOptions, 'sources' | 'collection' | 'visibility' | 'base'>;

/** The collection of the sample articles; it goes when a knowledge base of one's own arrives. */
export const sampleCollection = 'sample';

/** One earlier exchange of a terminal conversation. */
export interface Exchange {
  readonly question: string;
  readonly result: AskResult;
}

export interface AskResult {
  readonly kind: TurnOutcome['kind'];
  readonly markdown: string;
  readonly citations: readonly Citation[];
  readonly confidence: number;
  readonly reason?: string;
}

export interface Operations {
  ingest(
    /** `visibility`: public, internal or org:<id>; anything else is a `bad-request`. Default: what its collection says. */
    options: Omit<IngestOptions, 'onProgress' | 'signal' | 'fetchPage' | 'visibility'> & {
      readonly visibility?: string;
    },
    onProgress: (progress: IngestProgress) => void,
  ): Promise<IngestReport & { readonly replacedSample: boolean }>;
  /** Brings the knowledge base in line with the sources of the settings, now. */
  sync(
    input: { readonly dryRun?: boolean },
    onProgress: (progress: IngestProgress) => void,
  ): Promise<readonly SyncReport[]>;
  search(input: {
    readonly query: string;
    readonly limit: number;
    readonly audience: Audience;
    readonly leg?: Leg;
    readonly explain?: boolean;
  }): Promise<SearchResult>;
  /** One turn without a channel; nothing is stored. */
  ask(input: {
    readonly question: string;
    readonly audience: Audience;
    readonly earlier?: readonly Exchange[];
  }): Promise<AskResult>;
  evaluate(
    input: EvaluationInput,
    onProgress: (progress: { readonly done: number; readonly total: number }) => void,
  ): Promise<EvaluationReport>;
  /** What customers asked and nothing answered. */
  gaps(input: { readonly days: number; readonly limit: number }): Promise<GapReport>;
  /** What an ingestion of these sources would do to answers; publishes nothing. */
  preview(
    input: Omit<PreviewSources, 'visibility'> & PreviewRange & { readonly visibility: string },
  ): Promise<PreviewReport>;
  /** Who was told what a document no longer says. */
  recall(input: RecallInput): Promise<RecallReport>;
}

/** Ingests; documents of one's own take the place of the sample. */
export const ingestOwn = async (
  knowledge: KnowledgeBase,
  options: IngestOptions,
): Promise<IngestReport & { readonly replacedSample: boolean }> => {
  const report = await knowledge.ingest(options);
  // Customers must not be answered from an invented company once there is a real one.
  const isOwn = options.collection !== sampleCollection && report.added + report.changed + report.unchanged > 0;
  const replaced = isOwn && options.dryRun !== true ? await knowledge.removeCollection(sampleCollection) : 0;
  return { ...report, replacedSample: replaced > 0 };
};

export const createOperations = (deps: {
  readonly knowledge: KnowledgeBase;
  readonly sync: Sync;
  readonly decide: (turn: Turn) => Promise<TurnOutcome>;
  readonly now: () => Date;
  readonly impact: Pick<Impact<PreviewSources>, 'gaps' | 'preview' | 'recall'>;
}): Operations => ({
  async ingest({ visibility: text, ...options }, onProgress) {
    const visibility = text === undefined ? {} : { visibility: visibilityOf(text) };
    return ingestOwn(deps.knowledge, { ...options, ...visibility, onProgress });
  },
  async sync(input, onProgress) {
    const reports = await deps.sync.all({ ...input, onProgress });
    if (reports.length === 0)
      throw new AppError(
        'bad-request',
        'There is nothing to sync: name what to read, or list it in frontdesk.yaml under knowledge.sources.',
      );
    return reports;
  },
  search: ({ query, ...options }) => deps.knowledge.search(query, options),
  ask: async ({ question, audience, earlier = [] }) =>
    toResult(await deps.decide(toTurn(question, audience, earlier, deps.now()))),
  evaluate: (input, onProgress) => evaluate(input, { search: (deps.knowledge as Knowledge).search, onProgress }),
  gaps: (input) => deps.impact.gaps(input),
  preview: async ({ days, questions, visibility, ...sources }) =>
    deps.impact.preview({ ...sources, visibility: visibilityOf(visibility) }, { days, questions }),
  recall: (input) => deps.impact.recall(input),
});

const visibilityOf = (text: string): NonNullable<ReturnType<typeof parseVisibility>> => {
  const visibility = parseVisibility(text);
  if (visibility === undefined)
    throw new AppError('bad-request', `Visibility "${text}": write public, internal or org:<id>.`);
  return visibility;
};

const toTurn = (question: string, audience: Audience, earlier: readonly Exchange[], at: Date): Turn => {
  const conversation = {
    id: '0' as ConversationId,
    kind: 'customer',
    address: { channel: 'web', space: 'terminal', thread: 'terminal' },
    customer: { role: 'customer', externalId: 'terminal' },
    status: 'bot',
    locale: detectLanguage(question) ?? '',
    title: '',
    priority: 'normal',
    epoch: 0,
    version: 0,
  } as const;
  const says = (role: 'customer' | 'bot', markdown: string, meta: Message['meta']): Message => ({
    id: '0' as MessageId,
    conversationId: conversation.id,
    author: { role, externalId: role },
    visibility: 'customer',
    content: { markdown, attachments: [] },
    meta,
    at,
  });
  return {
    conversation,
    pending: [
      {
        seq: 1,
        event: {
          dedupeKey: 'terminal',
          address: conversation.address,
          author: conversation.customer,
          at,
          body: { kind: 'message', content: { markdown: question, attachments: [] } },
        },
      },
    ],
    question,
    session: {
      version: 0,
      window: earlier.flatMap((exchange) => [
        says('customer', exchange.question, {}),
        says('bot', exchange.result.markdown, {
          ...(exchange.result.kind === 'silent' ? {} : { kind: exchange.result.kind }),
          ...(exchange.result.kind === 'ask-back' ? { actions: [{ id: 'human', label: 'Bring in a colleague' }] } : {}),
        }),
      ]),
      memories: [],
      escalated: false,
      turnsLeft: 1,
    },
    audience,
    memories: [],
    passages: [],
    evidence: 0,
    signal: new AbortController().signal,
    progress: () => {},
  };
};

const toResult = (outcome: TurnOutcome): AskResult => {
  switch (outcome.kind) {
    case 'answer':
      return {
        kind: 'answer',
        markdown: outcome.content.markdown,
        citations: outcome.citations,
        confidence: outcome.confidence,
      };
    case 'ask-back':
      return {
        kind: 'ask-back',
        markdown: outcome.content.markdown,
        citations: [],
        confidence: outcome.confidence,
        reason: outcome.why,
      };
    case 'escalate':
      return {
        kind: 'escalate',
        markdown: outcome.holding.markdown || "I'll bring in a colleague from support.",
        citations: outcome.brief.tried,
        confidence: outcome.confidence,
        reason: outcome.reason,
      };
    case 'silent':
      return { kind: 'silent', markdown: '', citations: [], confidence: 1, reason: outcome.why };
  }
};
