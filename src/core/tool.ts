import type { z } from 'zod';
import type { Passage } from './knowledge.ts';
import type { Turn } from './turn.ts';

/** Expected failures are values; `retryable` tells the model whether to try once more. */
export type ToolResult =
  | { readonly ok: true; readonly content: string; readonly sources?: readonly Passage[] }
  | { readonly ok: false; readonly code: string; readonly message: string; readonly retryable: boolean };

/** Something the model may do in a turn. `write` tools run only for verified identities. */
export interface Tool<I extends z.ZodType = z.ZodType> {
  readonly name: string;
  readonly description: string;
  readonly input: I;
  readonly effect: 'read' | 'write';
  run(input: z.output<I>, turn: Turn, signal: AbortSignal): Promise<ToolResult>;
}
