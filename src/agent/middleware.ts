import {
  type AnyAgentMiddleware,
  modelCallLimitMiddleware,
  toolCallLimitMiddleware,
  toolRetryMiddleware,
} from 'langchain';
import { RetryableToolFailure } from './tools/wrap-tool.ts';

/**
 * LangChain derives the options of its ready middleware from zod 3 types in a way that `exactOptionalPropertyTypes` turns
 * into `never`; so the options we use are written down here.
 */
type Ready<Options> = (options: Options) => AnyAgentMiddleware;
const limitModelCalls = modelCallLimitMiddleware as unknown as Ready<{ runLimit: number; exitBehavior: 'error' }>;
const limitToolCalls = toolCallLimitMiddleware as unknown as Ready<{ runLimit: number; exitBehavior: 'continue' }>;
const retryTools = toolRetryMiddleware as unknown as Ready<{
  maxRetries: number;
  initialDelayMs: number;
  retryOn: (thrown: Error) => boolean;
  onFailure: (thrown: Error) => string;
}>;

const maxMessageChars = 500;

/** What the model reads when a tool has failed for good, or when its input did not even fit the tool's schema. */
const describe = (thrown: Error): string =>
  thrown instanceof RetryableToolFailure
    ? thrown.message
    : `It did not work: ${thrown.message.slice(0, maxMessageChars)}`;

/**
 * LangChain's own middleware for one turn: one model call too many throws, one tool call too many is told to the model,
 * and a read that failed in passing is tried once more.
 */
export const turnMiddleware = (limits: { modelCalls: number; toolCalls: number }, signal: AbortSignal) => [
  limitModelCalls({ runLimit: limits.modelCalls, exitBehavior: 'error' }),
  limitToolCalls({ runLimit: limits.toolCalls, exitBehavior: 'continue' }),
  retryTools({
    maxRetries: 1,
    initialDelayMs: 200,
    retryOn: (thrown) => thrown instanceof RetryableToolFailure && !signal.aborted,
    onFailure: describe,
  }),
];
