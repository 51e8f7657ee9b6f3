/** Settings of the knowledge base: what it is read from and how often, and what holds for whole collections. */
import { z } from 'zod';
import { int, list, secret, setting } from '../setting.ts';

const visibility = z
  .string()
  .regex(/^(?:public|internal|org:\S+)$/, 'write public, internal or org:<id>')
  .transform((text) => text as 'public' | 'internal' | `org:${string}`);

const collectionName = z.string().min(1).max(100);

const source = z.strictObject({
  from: z.string().min(1, 'write a folder, a file, a git repository or a URL'),
  collection: collectionName.default('default'),
  visibility: visibility.optional(),
  every: z
    .string()
    .regex(/^\s*\d{1,6}\s*[mhd]\s*$/i, 'write a number with m, h or d, as in 15m, 6h or 1d')
    .optional(),
  watch: z.boolean().default(false),
  limits: z.strictObject({ pages: int(1, 1_000_000).optional(), depth: int(0, 100).optional() }).optional(),
});

export const knowledge = z.object({
  sources: setting(z.array(source).default([]), {
    about:
      'What the knowledge base is read from: { from: folder, file, git repository or URL, collection, visibility, every: 6h, watch: true (folders), limits: { pages, depth } (web sites) }.',
  }),
  collections: setting(
    z
      .record(
        collectionName,
        z.strictObject({
          personalData: z.enum(['keep', 'mask', 'flag', 'refuse']).optional(),
          visibility: visibility.optional(),
        }),
      )
      .default({}),
    {
      about:
        'What holds for a collection: { personalData: keep, mask, flag (default) or refuse, visibility }. API keys and private keys are masked in any case.',
    },
  ),
  privateHosts: setting(
    list(z.string().regex(/^[^\s/@]+$/, 'write host names or host:port, without https://')).default([]),
    {
      env: 'KNOWLEDGE_PRIVATE_HOSTS',
      about: 'Hosts that may be read though their addresses are not public, such as an intranet, comma separated.',
    },
  ),
  synonyms: setting(z.string().min(1).optional(), {
    env: 'KNOWLEDGE_SYNONYMS',
    about: 'YAML file with words that mean the same to your customers.',
  }),
  evidence: setting(
    z
      .strictObject({
        weights: z.strictObject({ bias: z.number(), share: z.number(), strength: z.number() }).optional(),
        answer: z.number().min(0).max(1).default(0.5),
        askBack: z.number().min(0).max(1).default(0),
      })
      .refine(({ answer, askBack }) => askBack <= answer, 'askBack must not be above answer')
      .prefault({}),
    {
      about:
        'From which evidence on a question is answered, and below which a person is brought at once instead of offered: { answer: 0.5, askBack: 0 }. "frontdesk eval --calibrate" finds yours.',
    },
  ),
});

/** An endpoint that reads question and passages together; whatever speaks the common `/rerank` form. */
export const rerank = z.object({
  url: setting(z.url({ protocol: /^https?$/ }).optional(), {
    env: 'RERANK_URL',
    about: 'Endpoint that puts the best passages in order, https://…/rerank; none when empty.',
  }),
  apiKey: setting(secret(), { env: 'RERANK_API_KEY', secret: true, about: 'Its key, where it wants one.' }),
  model: setting(z.string().min(1).optional(), { env: 'RERANK_MODEL', about: 'Its model, where it has several.' }),
  timeoutMs: setting(int(100, 60_000).default(1_500), {
    env: 'RERANK_TIMEOUT_MS',
    about: 'An answer that takes longer is done without.',
  }),
});
