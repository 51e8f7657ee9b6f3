/** What commands do, in the server's process or in their own: values in, values out. */
import { AppError } from '#core/errors.ts';
import type { Knowledge, Passage } from '#core/knowledge.ts';
import { detectLanguage } from '#core/language.ts';
import type { Citation, ConversationId, Message, MessageId } from '#core/message.ts';
import type { Audience, Turn, TurnOutcome } from '#core/turn.ts';
import { type EvaluationReport, evaluate } from '#knowledge/evaluation/evaluate.ts';
import {
  type IngestOptions,
  type IngestProgress,
  type IngestReport,
  type KnowledgeBase,
  parseVisibility,
} from '#knowledge/index.ts';

export type { EvaluationReport };

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
    /** `visibility`: public, internal or org:<id>; anything else is a `bad-request`. */
    options: Omit<IngestOptions, 'onProgress' | 'signal' | 'fetchPage' | 'visibility'> & {
      readonly visibility: string;
    },
    onProgress: (progress: IngestProgress) => void,
  ): Promise<IngestReport & { readonly replacedSample: boolean }>;
  search(input: {
    readonly query: string;
    readonly limit: number;
    readonly audience: Audience;
  }): Promise<readonly Passage[]>;
  /** One turn without a channel; nothing is stored. */
  ask(input: {
    readonly question: string;
    readonly audience: Audience;
    readonly earlier?: readonly Exchange[];
  }): Promise<AskResult>;
  evaluate(
    input: { readonly queries: string; readonly qrels: string; readonly audience: Audience },
    onProgress: (progress: { readonly done: number; readonly total: number }) => void,
  ): Promise<EvaluationReport>;
}

export const createOperations = (deps: {
  readonly knowledge: KnowledgeBase;
  readonly decide: (turn: Turn) => Promise<TurnOutcome>;
  readonly now: () => Date;
}): Operations => ({
  async ingest(options, onProgress) {
    const visibility = parseVisibility(options.visibility);
    if (visibility === undefined)
      throw new AppError('bad-request', `Visibility "${options.visibility}": write public, internal or org:<id>.`);
    const report = await deps.knowledge.ingest({ ...options, visibility, onProgress });
    // Customers must not be answered from an invented company once there is a real one.
    const isOwn = options.collection !== sampleCollection && report.added + report.changed + report.unchanged > 0;
    const replaced = isOwn ? await deps.knowledge.removeCollection(sampleCollection) : 0;
    return { ...report, replacedSample: replaced > 0 };
  },
  async search({ query, limit, audience }) {
    return (await deps.knowledge.search(query, { audience, limit })).passages;
  },
  ask: async ({ question, audience, earlier = [] }) =>
    toResult(await deps.decide(toTurn(question, audience, earlier, deps.now()))),
  evaluate: (input, onProgress) => evaluate(input, { search: (deps.knowledge as Knowledge).search, onProgress }),
});

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
