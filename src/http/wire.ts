/**
 * What travels between the server and its pages: one zod schema per shape, so that the OpenAPI document, the validation
 * and the browser's types are the same thing. Times are ISO 8601 in UTC, ids are strings.
 */
import { z } from 'zod';

export const attachmentWire = z.object({
  name: z.string(),
  mime: z.string(),
  bytes: z.int().nonnegative(),
  /** `sha256:<hex>`; name it in a message to attach the file, or fetch it below `/attachments/:ref`. */
  ref: z.string().regex(/^sha256:[0-9a-f]{64}$/),
});
export type AttachmentWire = z.infer<typeof attachmentWire>;

export const citationWire = z.object({
  n: z.int().positive(),
  documentId: z.string(),
  title: z.string(),
  url: z.string().optional(),
  text: z.string(),
});
export type CitationWire = z.infer<typeof citationWire>;

export const actionWire = z.object({ id: z.string(), label: z.string() });

export const messageWire = z.object({
  id: z.string(),
  author: z.object({ role: z.enum(['customer', 'bot', 'human']), name: z.string().optional() }),
  markdown: z.string(),
  attachments: z.array(attachmentWire),
  citations: z.array(citationWire),
  /** What produced it; `message` for anything a person wrote. */
  kind: z.enum(['message', 'answer', 'ask-back', 'escalate', 'notice']),
  confidence: z.number().optional(),
  actions: z.array(actionWire),
  at: z.string(),
  /** Only in the console: `internal` messages are notes that the customer never sees. */
  visibility: z.enum(['customer', 'internal']),
  /** A question that is answered with a vote (`/feedback`): 1 is yes, -1 not yet. */
  asks: z.literal('satisfaction').optional(),
  /** Only in the console: whether the message reached the customer's channel. */
  delivery: z.object({ state: z.enum(['pending', 'delivered', 'failed']), error: z.string().optional() }).optional(),
  /** Only in the console: how many readers found an answer helpful or not; absent while nobody said. */
  votes: z.object({ up: z.int().nonnegative(), down: z.int().nonnegative() }).optional(),
});
export type MessageWire = z.infer<typeof messageWire>;

/** Who has the conversation. */
export const stateWire = z.object({
  status: z.enum(['bot', 'waiting', 'human', 'resolved']),
  owner: z.string().optional(),
});
export type StateWire = z.infer<typeof stateWire>;

export const sessionCreated = z.object({ id: z.string(), token: z.string(), expiresAt: z.string() });
export const sessionView = z.object({ id: z.string(), expiresAt: z.string(), conversation: stateWire });

export const postMessage = z
  .object({
    /** Made by the client; repeating a request with the same id is harmless. */
    id: z.string().min(1).max(100).optional(),
    text: z.string().max(8_000).default(''),
    attachments: z.array(attachmentWire).max(10).default([]),
    /** A pressed button instead of words: `human` asks for a person. */
    action: z.string().min(1).max(50).optional(),
  })
  .refine((body) => body.text.trim() !== '' || body.attachments.length > 0 || body.action !== undefined, {
    message: 'Write a text, attach a file, or name an action.',
    path: ['text'],
  });
export const postedMessage = z.object({
  message: messageWire,
  replies: z.array(messageWire),
  conversation: stateWire,
  /** False when `wait` ran out first; the reply then comes over the WebSocket or the history. */
  settled: z.boolean(),
});
export const messagePage = z.object({
  items: z.array(messageWire),
  /** Give it as `before` to read the page before this one; absent on the first page of the conversation. */
  before: z.string().optional(),
});
export const postFeedback = z.object({
  messageId: z.string().min(1).max(30),
  score: z.union([z.literal(-1), z.literal(1)]),
});

/** Server → customer over `/ws`. After a reconnect the client reads what it missed by `?after=`. */
export const chatSocketEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready'), conversation: stateWire }),
  /** What the bot is doing, in plain words; an empty text clears it. */
  z.object({ type: z.literal('status'), text: z.string() }),
  /** The answer so far (cumulative Markdown); the `message` that follows replaces it. */
  z.object({ type: z.literal('partial'), text: z.string() }),
  z.object({ type: z.literal('message'), message: messageWire }),
  z.object({ type: z.literal('conversation'), conversation: stateWire }),
]);
export type ChatSocketEvent = z.infer<typeof chatSocketEvent>;

export const loginBody = z.object({ name: z.string().trim().min(1).max(80), token: z.string().max(500).optional() });
export const agentView = z.object({ name: z.string() });
/** Whether signing in asks for a token, readable without being signed in. */
export const consoleInfo = z.object({ tokenRequired: z.boolean(), agent: agentView.optional() });

export const escalationSummary = z.object({
  id: z.string(),
  code: z.string(),
  status: z.enum(['open', 'claimed', 'resolved']),
  reason: z.string(),
  question: z.string(),
  why: z.string(),
  channel: z.enum(['slack', 'teams', 'email', 'web']),
  customer: z.object({
    name: z.string().optional(),
    externalId: z.string(),
    organization: z.string().optional(),
    identity: z.enum(['verified', 'claimed', 'anonymous']),
  }),
  priority: z.enum(['low', 'normal', 'high', 'urgent', 'critical']),
  claimedBy: z.string().optional(),
  openedAt: z.string(),
  /** When the customer last wrote without an answer since; absent when nobody is waiting. */
  waitingSince: z.string().optional(),
  /** The clock that is due first of those that run; absent when none does. */
  sla: z
    .object({
      clock: z.enum(['first', 'next', 'resolution']),
      dueAt: z.string(),
      state: z.enum(['running', 'overdue']),
    })
    .optional(),
});
export type EscalationSummary = z.infer<typeof escalationSummary>;

export const escalationPage = z.object({
  items: z.array(escalationSummary),
  counts: z.object({ open: z.int(), claimed: z.int(), resolved: z.int() }),
  before: z.string().optional(),
});
const articleStatus = z.enum(['draft', 'published', 'dismissed']);

export const escalationDetail = escalationSummary.extend({
  tried: z.array(citationWire),
  suggestedReply: z.string().optional(),
  conversation: stateWire,
  messages: z.array(messageWire),
  /** Whether the customer says that they were helped; absent while they have not. */
  satisfaction: z.union([z.literal(-1), z.literal(1)]).optional(),
  /** The article that was drafted from it; absent when there is none (yet). */
  article: z.object({ id: z.string(), status: articleStatus, decidedBy: z.string().optional() }).optional(),
});
export type EscalationDetail = z.infer<typeof escalationDetail>;

export const deskActionBody = z
  .object({
    id: z.string().min(1).max(100).optional(),
    /** The last three decide on the article that was drafted from the case; `restore` makes a draft of it again. */
    action: z.enum([
      ...['claim', 'reply', 'note', 'resolve', 'return', 'reassign', 'reopen'],
      ...['publish', 'dismiss', 'restore'],
    ] as const),
    markdown: z.string().max(20_000).default(''),
    attachments: z.array(attachmentWire).max(10).default([]),
    /** With `reassign`: the colleague who has it from now on, by the name they sign in with. Left out: whoever says so. */
    to: z.string().trim().min(1).max(80).optional(),
  })
  .refine((body) => body.to === undefined || body.action === 'reassign', {
    message: 'Only reassign names a person.',
    path: ['to'],
  })
  .refine(
    (body) => !['reply', 'note'].includes(body.action) || body.markdown.trim() !== '' || body.attachments.length > 0,
    {
      message: 'Write something first.',
      path: ['markdown'],
    },
  );

/** Who finds an article: everyone, the support team, or one organisation by the platform's id. */
const articleVisibility = z
  .string()
  .max(200)
  .regex(/^(?:public|internal|org:\S+)$/, 'Choose public, internal, or org: and an organisation.')
  .transform((value) => value as 'public' | 'internal' | `org:${string}`);

/** An article that was drafted from what a person answered. */
export const articleWire = z.object({
  id: z.string(),
  /** `update`: an article about the same question says something else. */
  kind: z.enum(['new', 'update']),
  status: articleStatus,
  question: z.string(),
  /** Markdown. */
  answer: z.string(),
  language: z.string().optional(),
  visibility: z.string(),
  documentId: z.string(),
  updates: z
    .object({
      documentId: z.string(),
      title: z.string(),
      url: z.string().optional(),
      differences: z.array(
        z.object({
          what: z.enum(['duration', 'price', 'percentage', 'number', 'yes or no', 'steps']),
          article: z.string(),
          answer: z.string(),
        }),
      ),
    })
    .optional(),
  /** Words that may concern this customer alone. */
  flags: z.array(z.string()),
  similarTo: z.array(
    z.object({ documentId: z.string(), title: z.string(), url: z.string().optional(), score: z.number() }),
  ),
  /** The case that it was drafted from. */
  escalation: z.object({ id: z.string(), code: z.string() }),
  /** The customer's organisation, by the platform's id. */
  organization: z.string().optional(),
  /** The case whose answer stands in its place by now: published later, as the same document. */
  replacedBy: z.string().optional(),
  /** How many cases since then were answered in the same way by people. */
  confirmations: z.int().nonnegative(),
  createdAt: z.string(),
  decidedAt: z.string().optional(),
  decidedBy: z.string().optional(),
});
export type ArticleWire = z.infer<typeof articleWire>;
export const articlePage = z.object({
  items: z.array(articleWire),
  counts: z.object({ draft: z.int(), published: z.int(), dismissed: z.int() }),
  before: z.string().optional(),
});
export const articleChange = z.object({
  question: z.string().trim().min(3).max(300),
  answer: z.string().trim().min(3).max(20_000),
  visibility: articleVisibility,
});
export type ArticleChange = z.infer<typeof articleChange>;

/** Server → console over `/ws/console`: read the named thing again. */
export const consoleSocketEvent = z.object({ type: z.literal('changed'), escalationId: z.string().optional() });

/** RFC 9457 problem details, with the request's id to quote. */
export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  requestId: z.string(),
  /** The kind of failure, for programs: `not-found`, `rate-limited` and so on. */
  code: z.string().optional(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});
