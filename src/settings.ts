/** Every setting there is: one zod schema per part, with the name it has in the environment and what it is for. */
import { z } from 'zod';
import { priorities } from '#core/conversation.ts';
import { flag, fromText, int, list, metaOf, pattern, secret, setting } from './setting.ts';
import { channels, email, slack, teams } from './settings/channels.ts';
import { desk } from './settings/desk.ts';
import { knowledge, rerank } from './settings/knowledge.ts';

/** What goes to a person unless the operator says otherwise: where a quoted article would only make things worse. */
const alwaysForPeople = [
  {
    name: 'legal',
    text: /\b(?:legal action|lawsuit|su(?:e|ing) you|take you to court|my (?:lawyer|attorney) will)\b/iu,
  },
  {
    name: 'break-in',
    text: /\b(?:account|workspace) (?:was|has been|got|is|been) (?:hacked|compromised|taken over|stolen)\b/iu,
  },
];

/** One schema per part; a part's name is its section in frontdesk.yaml. */
export const parts = {
  server: z.object({
    profile: setting(z.enum(['development', 'staging', 'production']).default('development'), {
      env: 'FRONTDESK_PROFILE',
      about: 'How strict to be: production refuses unsafe settings.',
    }),
    port: setting(int(0, 65_535).default(3_000), {
      env: 'PORT',
      about: 'Port of the HTTP server; 0 picks a free one.',
    }),
    host: setting(z.string().min(1).default('127.0.0.1'), {
      env: 'HOST',
      about: 'Address to listen on; 0.0.0.0 for all.',
    }),
    publicUrl: setting(z.url({ protocol: /^https?$/ }).optional(), {
      env: 'PUBLIC_URL',
      about: 'How customers reach this server. Default: http://localhost:PORT.',
    }),
    home: setting(z.string().min(1).default('.frontdesk'), {
      env: 'FRONTDESK_HOME',
      about: 'Folder of the embedded database, attachments and local state.',
    }),
    role: setting(list(z.enum(['web', 'worker', 'all'])).default(['all']), {
      env: 'FRONTDESK_ROLE',
      about: 'What this process does: web, worker, or all.',
    }),
    logLevel: setting(z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'), {
      env: 'LOG_LEVEL',
      about: 'Least severe log line that is written.',
    }),
    otlpEndpoint: setting(z.url().optional(), {
      env: 'OTEL_EXPORTER_OTLP_ENDPOINT',
      about: 'Where traces go (OTLP over HTTP); off when empty.',
    }),
    trustProxy: setting(flag.default(false), {
      env: 'TRUST_PROXY',
      about: 'Believe X-Forwarded-For: only behind a proxy of your own.',
    }),
    company: setting(z.string().max(80).default(''), {
      env: 'COMPANY_NAME',
      about: 'Your name, as customers see it over the web chat.',
    }),
    suggestions: setting(z.array(z.string().min(1).max(120)).max(6).default([]), {
      about: 'Questions that an empty web chat suggests.',
    }),
    corsOrigins: setting(list(z.url()).default([]), {
      env: 'CORS_ORIGINS',
      about: 'Other origins that may use the chat API, comma separated.',
    }),
    secret: setting(secret(), {
      env: 'FRONTDESK_SECRET',
      secret: true,
      about: 'Signs web sessions and plus-addresses and encrypts tokens. Made by itself in development.',
    }),
    secretPrevious: setting(secret(), {
      env: 'FRONTDESK_SECRET_PREVIOUS',
      secret: true,
      about: 'The secret before, still accepted: for rotation.',
    }),
    consoleToken: setting(secret(), {
      env: 'CONSOLE_TOKEN',
      secret: true,
      about: 'What the support team signs in with at /console. Without it the console opens for this machine alone.',
    }),
  }),
  database: z.object({
    url: setting(
      z
        .string()
        .regex(/^postgres(?:ql)?:\/\//, 'write it like postgres://user:password@host:5432/frontdesk')
        .optional(),
      { env: 'DATABASE_URL', secret: true, about: 'PostgreSQL 16+ with pgvector; embedded when empty.' },
    ),
    poolSize: setting(int(1, 100).default(10), { env: 'DATABASE_POOL_SIZE', about: 'Connections of this process.' }),
    statementTimeoutMs: setting(int(1_000, 600_000).default(15_000), {
      env: 'DATABASE_STATEMENT_TIMEOUT_MS',
      about: 'A statement that runs longer is cancelled.',
    }),
    idleTimeoutMs: setting(int(1_000, 3_600_000).default(30_000), {
      env: 'DATABASE_IDLE_TIMEOUT_MS',
      about: 'An idle connection is closed after this.',
    }),
  }),
  redis: z.object({
    url: setting(
      z
        .string()
        .regex(/^rediss?:\/\//, 'write it like redis://host:6379')
        .optional(),
      {
        env: 'REDIS_URL',
        secret: true,
        about: 'Redis 7+ for sessions, rate limits and fan-out; in process when empty.',
      },
    ),
    sessionTtlMinutes: setting(int(1, 10_080).default(120), {
      env: 'SESSION_TTL_MINUTES',
      about: 'How long a conversation stays hot.',
    }),
  }),
  model: z.object({
    apiKey: setting(secret(), {
      env: 'OPENAI_API_KEY',
      secret: true,
      about: 'Key of the chat and embedding endpoint. Without key and URL, answers are quoted from the knowledge base.',
    }),
    baseUrl: setting(z.url().optional(), {
      env: 'OPENAI_BASE_URL',
      about: 'Any OpenAI-compatible endpoint; OpenAI when empty.',
    }),
    name: setting(z.string().min(1).default('gpt-5-mini'), { env: 'OPENAI_MODEL', about: 'Model that answers.' }),
    embedding: setting(z.string().min(1).optional(), {
      env: 'OPENAI_EMBEDDING_MODEL',
      about: 'Model that embeds; lexical retrieval alone when empty.',
    }),
    timeoutMs: setting(int(1_000, 300_000).default(30_000), {
      env: 'OPENAI_TIMEOUT_MS',
      about: 'An answer that takes longer is replaced by a quoted one.',
    }),
  }),
  channels,
  email,
  slack,
  teams,
  desk,
  knowledge,
  rerank,
  work: z.object({
    concurrency: setting(int(1, 1_000).default(32), {
      env: 'WORK_CONCURRENCY',
      about: 'Turns at once in this process.',
    }),
    queueLimit: setting(int(1, 1_000_000).default(5_000), {
      env: 'WORK_QUEUE_LIMIT',
      about: 'Due conversations beyond which new messages are told to come back later.',
    }),
    drainSeconds: setting(int(0, 600).default(20), {
      env: 'WORK_DRAIN_SECONDS',
      about: 'How long a graceful stop waits for running turns.',
    }),
    leaseSeconds: setting(int(2, 120).default(8), {
      env: 'WORK_LEASE_SECONDS',
      about: 'After a crash, another process takes over within this time.',
    }),
    turnsPerEpoch: setting(int(1, 10_000).default(50), {
      env: 'WORK_TURNS_PER_CASE',
      about: 'Automatic answers in one case before a person takes over.',
    }),
    repliesPer10Minutes: setting(int(2, 10).default(8), {
      env: 'WORK_REPLIES_PER_10_MINUTES',
      about: 'Automatic replies in one mail conversation before a loop with another machine is suspected.',
    }),
    giveUpHours: setting(fromText(z.number('write a number').min(0.01).max(240)).default(24), {
      env: 'WORK_GIVE_UP_HOURS',
      about: 'How long an undeliverable message is tried.',
    }),
    rateLimitPerMinute: setting(int(1, 1_000_000).default(120), {
      env: 'RATE_LIMIT_PER_MINUTE',
      about: 'Requests of one web session or address in a minute.',
    }),
  }),
  uploads: z.object({
    maxMegabytes: setting(int(1, 100).default(10), {
      env: 'UPLOAD_MAX_MEGABYTES',
      about: 'Largest file that may be uploaded.',
    }),
    types: setting(
      list(z.string().regex(/^[a-z]+\/[a-z0-9.+-]+$/, 'write media types such as image/png')).default([
        'image/png',
        'image/jpeg',
        'image/gif',
        'image/webp',
        'application/pdf',
        'text/plain',
        'text/csv',
        'text/markdown',
        'application/json',
      ]),
      { env: 'UPLOAD_TYPES', about: 'Media types that may be uploaded, comma separated.' },
    ),
  }),
  features: z.object({
    memory: setting(flag.default(true), {
      env: 'FEATURE_MEMORY',
      about: 'Remember stable facts that customers state about themselves.',
    }),
    streaming: setting(flag.default(true), { env: 'FEATURE_STREAMING', about: 'Show answers while they are written.' }),
    sampleKnowledge: setting(flag.default(true), {
      env: 'FEATURE_SAMPLE_KNOWLEDGE',
      about: 'Fill an empty knowledge base with the sample articles (never in production).',
    }),
  }),
  rules: z.object({
    priorities: setting(
      z
        .array(
          z.strictObject({
            priority: z.enum(priorities),
            channel: z.string().optional(),
            organization: z.string().optional(),
            text: pattern.optional(),
          }),
        )
        .default([]),
      { about: 'Which messages are worked on first.' },
    ),
    handOver: setting(z.array(z.strictObject({ name: z.string().min(1), text: pattern })).default(alwaysForPeople), {
      about: 'Topics that always go to a person.',
    }),
  }),
};
export type Parts = { readonly [P in keyof typeof parts]: z.output<(typeof parts)[P]> };

/** One setting's name and documentation, for `.env.example` and the docs. */
export const describeSettings = (): readonly SettingDescription[] =>
  Object.values(parts).flatMap((part) =>
    Object.values(part.shape).flatMap((schema: z.ZodType) => {
      const { env, about, secret } = metaOf(schema);
      if (env === undefined) return [];
      const value = schema.safeParse(undefined).data;
      const text = Array.isArray(value) ? value.join(',') : typeof value === 'object' ? '' : String(value ?? '');
      return [{ env, about, secret: secret === true, default: text }];
    }),
  );

export interface SettingDescription {
  readonly env: string;
  readonly about: string;
  readonly secret: boolean;
  /** As it would be written in the environment; empty where there is none. */
  readonly default: string;
}
