import type { DynamicStructuredTool } from '@langchain/core/tools';
import type { Log } from '#core/channel.ts';
import type { Tool } from '#core/tool.ts';
import type { Turn } from '#core/turn.ts';
import type { HandOver } from '../hand-over.ts';
import type { Sources } from '../sources.ts';
import type { Watchdog } from '../watchdog.ts';
import { wordsOf } from '../words.ts';
import { handOverTool } from './hand-over-tool.ts';
import { permittedTools, wrapTool } from './wrap-tool.ts';

/** What a turn's tools are and what has happened with them. */
export interface OfferedTools {
  readonly tools: DynamicStructuredTool[];
  /** A tool is at work just now. */
  readonly busy: () => boolean;
  /** A tool that changes something has been started. */
  readonly acted: () => boolean;
  /** A tool did not do what the model wanted of it. */
  readonly failed: () => boolean;
  /** Set when the model wants a person to take over. */
  readonly handedOver: () => HandOver | undefined;
}

export interface OfferContext {
  readonly turn: Turn;
  readonly sources: Sources;
  readonly boundary: string;
  readonly timeoutMs: number;
  readonly log: Log;
  /** Does not count a tool's time as the model's silence. */
  readonly watchdog: Watchdog;
}

const inWords = (toolName: string): string => toolName.replace(/[_-]+/g, ' ');

/** The tools that this turn's audience may use, and the one that hands over. Says what runs to whoever watches. */
export const offerTools = (tools: readonly Tool[], context: OfferContext): OfferedTools => {
  const { turn, watchdog } = context;
  const words = wordsOf(turn);
  let running = 0;
  let acted = false;
  let failed = false;
  let handedOver: HandOver | undefined;

  const started = ({ name, effect }: Tool): void => {
    running += 1;
    acted ||= effect === 'write';
    watchdog.pause();
    turn.progress({ status: name === 'search_knowledge' ? words.searching : words.checking(inWords(name)) });
  };
  const ended = (_tool: Tool, ok: boolean): void => {
    running -= 1;
    failed ||= !ok;
    if (running === 0) watchdog.alive();
  };
  const wrapped = permittedTools(tools, turn.audience).map((tool) => wrapTool(tool, { ...context, started, ended }));
  const handOver = handOverTool((decision) => {
    handedOver ??= decision;
  });
  return {
    tools: [...wrapped, handOver],
    busy: () => running > 0,
    acted: () => acted,
    failed: () => failed,
    handedOver: () => handedOver,
  };
};
