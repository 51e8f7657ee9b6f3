import { randomBytes } from 'node:crypto';
import { BaseCallbackHandler } from '@langchain/core/callbacks/base';
import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { AIMessage, AIMessageChunk, type BaseMessage, HumanMessage, SystemMessage } from '@langchain/core/messages';
import type { LLMResult } from '@langchain/core/outputs';
import { createAgent } from 'langchain';
import type { Log } from '#core/channel.ts';
import type { Tool } from '#core/tool.ts';
import type { Answerer, Turn, TurnOutcome } from '#core/turn.ts';
import { askBack } from './ask-back.ts';
import { cite } from './cite.ts';
import { answerConfidence } from './confidence.ts';
import { type HandOver, handOver } from './hand-over.ts';
import { turnMiddleware } from './middleware.ts';
import { ModelFailure, modelFailure } from './model-failure.ts';
import { readNoAnswer } from './no-answer.ts';
import { buildPrompt, type Prompt, shownPassages } from './prompt.ts';
import { createSources, type Sources } from './sources.ts';
import { createStreamText } from './stream-text.ts';
import { offerTools } from './tools/offer-tools.ts';
import { createWatchdog } from './watchdog.ts';

export interface TurnLimits {
  /** Calls of the model in one turn; one more and a person takes over. */
  readonly modelCalls: number;
  /** Calls of tools in one turn; the model is told when they are used up. */
  readonly toolCalls: number;
  /** Longest run of one tool, in milliseconds. */
  readonly toolMs: number;
  /** Longest silence of the model, in milliseconds. */
  readonly silenceMs: number;
  /** Shortest time between two partial texts, in milliseconds. */
  readonly textEveryMs: number;
}

export const defaultLimits: TurnLimits = {
  modelCalls: 5,
  toolCalls: 8,
  toolMs: 15_000,
  silenceMs: 20_000,
  textEveryMs: 80,
};

export interface ModelAnswererDeps {
  readonly model: BaseChatModel;
  readonly tools: readonly Tool[];
  readonly log: Log;
  readonly limits?: Partial<TurnLimits>;
  /** Milliseconds, for throttling only. */
  readonly now?: () => number;
  /** Draws the word that closes framed data: new for each turn and not to be guessed. */
  readonly boundary?: () => string;
}

/** Hears why the model stopped; `undefined` when the endpoint never said, which means the stream was cut. */
class FinishReasons extends BaseCallbackHandler {
  readonly name = 'finish-reasons';
  override awaitHandlers = true;
  last: string | undefined;

  override handleLLMEnd(output: LLMResult): void {
    const reason: unknown = output.generations[0]?.[0]?.generationInfo?.finish_reason;
    this.last = typeof reason === 'string' ? reason : undefined;
  }
}

/** LangChain and LangGraph do not export the classes of these two. */
const budgetErrors = new Set(['ModelCallLimitMiddlewareError', 'GraphRecursionError']);
const isBudgetError = (thrown: unknown): boolean => thrown instanceof Error && budgetErrors.has(thrown.name);

const outOfBudget = ({ modelCalls }: TurnLimits, toolFailed: boolean): HandOver => ({
  reason: toolFailed ? 'tool-failure' : 'low-confidence',
  why: `No answer after ${modelCalls} attempts of the model${toolFailed ? '; a tool did not work' : ''}.`,
});

/** The rules are a message of their own, because `systemPrompt` is sent as content parts, which some servers cannot read. */
const toMessages = ({ system, messages }: Prompt): BaseMessage[] => [
  new SystemMessage(system),
  ...messages.map(({ role, text }) => (role === 'user' ? new HumanMessage(text) : new AIMessage(text))),
];

/** The words of a complete reply as an outcome. A text without one valid citation is not an answer. */
const conclude = (turn: Turn, text: string, sources: Sources): TurnOutcome => {
  const noAnswer = readNoAnswer(text);
  if (noAnswer !== undefined) return askBack(turn, 'The passages do not answer the question.', noAnswer.said);
  const cited = cite(text, sources.all());
  if (cited.citations.length === 0) return askBack(turn, 'The model cited no passage for what it said.');
  return {
    kind: 'answer',
    content: { markdown: cited.text, attachments: [] },
    citations: cited.citations,
    confidence: answerConfidence(turn, cited.text, cited.citations),
  };
};

/**
 * Answers with a language model and tools. Streams the text so far to `turn.progress`.
 * Throws `ModelFailure` when the endpoint gives no whole reply (`createResilientAnswerer` deals with it), and when the turn
 * was aborted the signal's reason, unless a tool has acted already: that must not be forgotten.
 */
export const createModelAnswerer = (deps: ModelAnswererDeps): Answerer => {
  const { model, tools, log, now = () => performance.now() } = deps;
  const drawBoundary = deps.boundary ?? (() => randomBytes(12).toString('hex'));
  const limits: TurnLimits = { ...defaultLimits, ...deps.limits };

  const answer = async (turn: Turn): Promise<TurnOutcome> => {
    turn.signal.throwIfAborted();
    const boundary = drawBoundary();
    const sources = createSources(shownPassages(turn));
    const finish = new FinishReasons();
    const stream = createStreamText(sources, (text) => turn.progress({ text }), limits.textEveryMs, now);
    using watchdog = createWatchdog(limits.silenceMs);
    const offered = offerTools(tools, { turn, sources, boundary, timeoutMs: limits.toolMs, log, watchdog });
    const signal = AbortSignal.any([turn.signal, watchdog.signal]);
    const agent = createAgent({ model, tools: offered.tools, middleware: turnMiddleware(limits, signal) });

    const converse = async (): Promise<void> => {
      const chunks = await agent.stream(
        { messages: toMessages(buildPrompt(turn, boundary)) },
        {
          streamMode: 'messages',
          signal,
          callbacks: [finish],
          // Every call of the model costs a few steps of the graph; the call limit is the one that counts.
          recursionLimit: 20 * (limits.modelCalls + 1),
        },
      );
      for await (const [message, metadata] of chunks) {
        if (!offered.busy()) watchdog.alive();
        // Results of tools come down the same stream (`langgraph_node: 'tools'`).
        if (metadata.langgraph_node !== 'model_request' || !(message instanceof AIMessageChunk)) continue;
        stream.add(Number(metadata.langgraph_step), message.text);
      }
    };

    const failure = (thrown: unknown): unknown => {
      const acted = offered.acted();
      if (turn.signal.aborted && !acted) return turn.signal.reason;
      if (signal.aborted) return new ModelFailure('timeout', { acted, cause: thrown });
      const known = modelFailure(thrown, acted);
      return known ?? (acted ? new ModelFailure('unfinished', { acted, cause: thrown }) : thrown);
    };

    const tried: Turn = { ...turn, passages: sources.all() };
    try {
      await converse();
      turn.signal.throwIfAborted();
    } catch (thrown) {
      if (signal.aborted || !isBudgetError(thrown)) throw failure(thrown);
      return handOver(tried, outOfBudget(limits, offered.failed()));
    }
    const decision = offered.handedOver();
    if (decision !== undefined) return handOver(tried, decision);
    const acted = offered.acted();
    if (finish.last === undefined) throw new ModelFailure('cut-stream', { acted });
    if (finish.last === 'length' || finish.last === 'content_filter') throw new ModelFailure('unfinished', { acted });
    log.debug({ finish: finish.last, sources: sources.all().length }, 'the model replied');
    return conclude(turn, stream.text(), sources);
  };

  return { name: 'model', answer };
};
