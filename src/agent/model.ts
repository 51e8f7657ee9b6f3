import { ChatOpenAI } from '@langchain/openai';

/** An OpenAI-compatible chat endpoint: OpenAI itself, or a server such as vLLM, llama.cpp or Ollama. */
export interface ModelSettings {
  /** Left out for local servers that ask for none. */
  readonly apiKey?: string;
  /** Ends before `/chat/completions`: `http://localhost:11434/v1`. OpenAI's own when left out. */
  readonly baseUrl?: string;
  readonly model: string;
  /** The longest silence we put up with, in milliseconds: before the response begins and between two pieces of it. */
  readonly timeoutMs: number;
  /** Left to the model when missing; reasoning models refuse it. */
  readonly temperature?: number;
}

const openAi = 'https://api.openai.com/v1';

/** The client wants some key; servers without one ignore the header. */
const noKey = 'none';

/**
 * The chat model behind these settings. The Responses API is off because compatible servers rarely speak it, retries are
 * off because `createResilientAnswerer` alone decides when to try again, and nothing is read from the environment.
 */
export const createModel = ({ apiKey, baseUrl, model, timeoutMs, temperature }: ModelSettings): ChatOpenAI =>
  new ChatOpenAI({
    model,
    apiKey: apiKey ?? noKey,
    useResponsesApi: false,
    maxRetries: 0,
    timeout: timeoutMs,
    ...(temperature === undefined ? {} : { temperature }),
    configuration: { baseURL: baseUrl ?? openAi },
  });
