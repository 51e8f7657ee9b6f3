import { DynamicStructuredTool } from '@langchain/core/tools';
import { z } from 'zod';
import type { Log } from '#core/channel.ts';
import { errorMessage } from '#core/errors.ts';
import type { Tool, ToolResult } from '#core/tool.ts';
import type { Audience, Turn } from '#core/turn.ts';
import { framePassage, frameToolResult } from '../prompt.ts';
import type { Sources } from '../sources.ts';

/** What a wrapped tool needs of the turn it runs in. */
export interface ToolContext {
  readonly turn: Turn;
  readonly sources: Sources;
  readonly boundary: string;
  /** How long one call may take, in milliseconds. */
  readonly timeoutMs: number;
  readonly log: Log;
  /** Told before and after every call. */
  readonly started: (tool: Tool) => void;
  readonly ended: (tool: Tool, ok: boolean) => void;
}

/** A failure that LangChain's retry middleware may try once more; reads only. `message` is what the model reads at last. */
export class RetryableToolFailure extends Error {
  override readonly name = 'RetryableToolFailure';
}

/** Whoever is not verified never even learns that there are tools which change something. */
export const permittedTools = (tools: readonly Tool[], audience: Audience): readonly Tool[] =>
  tools.filter((tool) => tool.effect === 'read' || audience.identity === 'verified');

const issues = (error: z.ZodError): string =>
  error.issues.map(({ path, message }) => `${path.join('.') || 'input'}: ${message}`).join('; ');

const deadline = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });

const maxMessageChars = 500;

const describeFailure = ({ code, message }: { code: string; message: string }, boundary: string): string =>
  `It did not work (${code}).\n${frameToolResult(message.slice(0, maxMessageChars), boundary)}`;

/**
 * A core tool as LangChain calls it. Input is checked before it runs; what comes back is framed as data and cut to size;
 * its sources join the passages that may be cited. Expected failures become text for the model; unexpected ones are logged
 * and become text as well. Only the end of the turn itself is thrown.
 */
export const wrapTool = (tool: Tool, context: ToolContext): DynamicStructuredTool => {
  const { turn, sources, boundary, timeoutMs, log, started, ended } = context;

  const attempt = async (raw: unknown): Promise<ToolResult> => {
    const input = tool.input.safeParse(raw);
    if (!input.success) {
      const message = `${issues(input.error)}. Correct the input and call again.`;
      return { ok: false, code: 'bad-input', message, retryable: false };
    }
    const timeout = AbortSignal.timeout(timeoutMs);
    const signal = AbortSignal.any([turn.signal, timeout]);
    try {
      return await Promise.race([tool.run(input.data, turn, signal), deadline(signal)]);
    } catch (thrown) {
      turn.signal.throwIfAborted();
      if (timeout.aborted) {
        return { ok: false, code: 'timeout', message: `No result after ${timeoutMs} ms.`, retryable: false };
      }
      log.error({ tool: tool.name, error: errorMessage(thrown) }, 'a tool failed unexpectedly');
      return { ok: false, code: 'internal', message: 'It failed unexpectedly. Go on without it.', retryable: false };
    }
  };

  return new DynamicStructuredTool({
    name: tool.name,
    description: tool.description,
    schema: z.toJSONSchema(tool.input, { io: 'input' }),
    func: async (raw: unknown) => {
      started(tool);
      let ok = false;
      try {
        const result = await attempt(raw);
        ok = result.ok;
        if (!result.ok) {
          const text = describeFailure(result, boundary);
          if (result.retryable && tool.effect === 'read') throw new RetryableToolFailure(text);
          return text;
        }
        const passages = (result.sources ?? []).map((passage) => framePassage(sources.add(passage), passage, boundary));
        return [frameToolResult(result.content, boundary), ...passages].join('\n\n');
      } finally {
        ended(tool, ok);
      }
    },
  });
};
