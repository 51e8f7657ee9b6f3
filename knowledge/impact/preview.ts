import { type Kysely, sql, type Transaction } from 'kysely';
import type { AnswerLog } from '#core/answer-log.ts';
import { AppError } from '#core/errors.ts';
import type { Knowledge } from '#core/knowledge.ts';
import type { Turn, TurnOutcome } from '#core/turn.ts';
import { affectedBy, type Repeated, repeated } from './affected.ts';
import { askAgain, type Reply } from './ask-again.ts';
import { type ChangePlan, type PlannedDocument, touchedBy } from './change-plan.ts';

/** `answer`, `citation`: other words, or the same words with another source. */
export type ChangeKind = 'answer' | 'citation' | 'now-answered' | 'no-longer-answered';

/** An answer as a list shows it; without words where there is none. */
export interface ReplyExcerpt {
  readonly text: string;
  readonly sources: readonly { readonly documentId: string; readonly title: string; readonly url?: string }[];
  readonly confidence: number;
}

/** A past question whose answer would not be the same. */
export interface QuestionChange {
  /** Personal data masked. */
  readonly question: string;
  readonly kind: ChangeKind;
  readonly times: number;
  readonly customers: number;
  /** ISO 8601. */
  readonly lastAt: string;
  readonly before: ReplyExcerpt;
  readonly after: ReplyExcerpt;
}

export interface PreviewReport {
  readonly documents: { readonly added: number; readonly changed: number; readonly removed: number };
  readonly days: number;
  /** Different questions of these days; the same words count once. */
  readonly questions: number;
  /** Those that the change can reach, and how many of them were asked again. */
  readonly affected: number;
  readonly asked: number;
  readonly unchanged: number;
  /** The most often and most lately asked first. */
  readonly changes: readonly QuestionChange[];
  /** What answers rest on besides words, and the preview does not look at: there is no network in a transaction. */
  readonly leftOut: readonly ['vectors', 'rerank', 'model'];
  /** All of it, and the longest that one transaction was open, in milliseconds. */
  readonly ms: number;
  readonly heldMs: number;
}

export interface PreviewDeps<T, Document extends PlannedDocument> {
  readonly db: Kysely<T>;
  readonly log: Pick<AnswerLog, 'asked'>;
  /** Writes the plan as an ingestion would. */
  readonly applyIn: (trx: Transaction<T>, plan: ChangePlan<Document>) => Promise<void>;
  /** The search by words over what the transaction sees. */
  readonly searchIn: (trx: Transaction<T>) => Knowledge['search'];
  /** The answer without a model. */
  readonly answer: (turn: Turn) => TurnOutcome | Promise<TurnOutcome>;
  /** The stems that a question is about, and those of a passage. */
  readonly stemsOf: (question: string, locale: string) => readonly string[];
  readonly documentStems: (markdown: string) => readonly string[];
  readonly weigh: (stems: readonly string[]) => Promise<ReadonlyMap<string, number>>;
  readonly mask: (text: string) => string;
  readonly now: () => Date;
  /** How long a transaction may hold others up, in milliseconds: the embedded database has one connection, and messages wait for it. */
  readonly holdMs: number;
}

export interface PreviewRange {
  readonly days: number;
  /** At most so many are asked again. */
  readonly questions: number;
}

/** Messages that are read to find the questions. */
const maxPast = 20_000;
/** A statement of a preview that takes longer is given up, in milliseconds. */
const statementMs = 5_000;
const excerptChars = 300;

/**
 * What a change would do to the answers to past questions. Nothing is published: the plan is written in transactions that are rolled back, and the
 * questions are asked before and after in each. Throws `conflict` while somebody else changes the knowledge base.
 */
export const createPreview =
  <T, Document extends PlannedDocument>(deps: PreviewDeps<T, Document>) =>
  async (plan: ChangePlan<Document>, { days, questions: most }: PreviewRange): Promise<PreviewReport> => {
    const started = performance.now();
    const { db, log, stemsOf, weigh, now } = deps;
    const past = repeated(await log.asked({ since: new Date(now().getTime() - days * 86_400_000), limit: maxPast }));
    const touched = await touchedBy(db, plan, deps.documentStems);
    const asked = past.flatMap(({ question }) =>
      stemsOf([question.text, ...question.thread.map(({ text }) => text)].join('\n'), question.locale),
    );
    const weights = await weigh([...new Set([...asked, ...touched.stems])]);
    const isNothing = plan.added.length + plan.changed.length + plan.removed.length === 0;
    const affected = isNothing ? [] : affectedBy(past, touched, stemsOf, weights);
    const chosen = affected.slice(0, most);
    const { replies, heldMs } = await askBeforeAndAfter(chosen, plan, deps);
    const changes = chosen.flatMap((each, at): readonly QuestionChange[] => {
      const [before, after] = replies[at] ?? [];
      const kind = before === undefined || after === undefined ? undefined : changeOf(before, after);
      return kind === undefined || before === undefined || after === undefined
        ? []
        : [{ ...describe(each, deps.mask), kind, before: excerpt(before), after: excerpt(after) }];
    });
    return {
      documents: { added: plan.added.length, changed: plan.changed.length, removed: plan.removed.length },
      days,
      questions: past.length,
      affected: affected.length,
      asked: chosen.length,
      unchanged: chosen.length - changes.length,
      changes,
      leftOut: ['vectors', 'rerank', 'model'],
      ms: Math.round(performance.now() - started),
      heldMs: Math.round(heldMs),
    };
  };

/** Questions of the first transaction, until their cost is known; and the most of one. */
const firstBatch = 10;
const largestBatch = 250;

/** Each question's replies in one transaction, so that nothing but the plan lies between them. Several short ones: whoever waits comes in between. */
const askBeforeAndAfter = async <T, Document extends PlannedDocument>(
  chosen: readonly Repeated[],
  plan: ChangePlan<Document>,
  { db, applyIn, searchIn, answer, holdMs }: PreviewDeps<T, Document>,
): Promise<{ readonly replies: readonly (readonly [Reply, Reply])[]; readonly heldMs: number }> => {
  const replies: (readonly [Reply, Reply])[] = [];
  let heldMs = 0;
  let size = firstBatch;
  while (replies.length < chosen.length) {
    const batch = chosen.slice(replies.length, replies.length + size);
    let began = 0;
    let applyMs = 0;
    await rolledBack(db, async (trx) => {
      began = performance.now();
      const earlier = searchIn(trx);
      const before: Reply[] = [];
      for (const { question } of batch) before.push(await askAgain(question, earlier, answer));
      const applying = performance.now();
      await applyIn(trx, plan);
      applyMs = performance.now() - applying;
      // Anew: a search may remember what it has learnt of the corpus.
      const later = searchIn(trx);
      for (const [at, { question }] of batch.entries())
        replies.push([before[at] as Reply, await askAgain(question, later, answer)]);
    });
    const tookMs = performance.now() - began;
    heldMs = Math.max(heldMs, tookMs);
    const eachMs = Math.max(0.1, (tookMs - applyMs) / batch.length);
    // A plan that takes long to write is worth some more questions each time.
    size = Math.min(largestBatch, Math.max(1, Math.floor(Math.max(holdMs - applyMs, applyMs) / eachMs)));
  }
  return { replies, heldMs };
};

const rollback = Symbol('rollback');

/** Runs `use` in a transaction of which nothing stays. */
const rolledBack = async <T>(db: Kysely<T>, use: (trx: Transaction<T>) => Promise<void>): Promise<void> => {
  try {
    await db.transaction().execute(async (trx) => {
      await sql`select set_config('statement_timeout', ${String(statementMs)}, true), set_config('lock_timeout', ${String(statementMs)}, true)`.execute(
        trx,
      );
      await use(trx);
      throw rollback;
    });
  } catch (error) {
    if (error === rollback) return;
    const { code } = (error ?? {}) as { readonly code?: unknown };
    // lock_not_available, query_canceled
    if (code === '55P03' || code === '57014')
      throw new AppError('conflict', 'The knowledge base is being changed right now. Try again when that is done.', {
        cause: error,
      });
    throw error;
  }
};

const changeOf = (before: Reply, after: Reply): ChangeKind | undefined => {
  if (before.isAnswer !== after.isAnswer) return after.isAnswer ? 'now-answered' : 'no-longer-answered';
  if (before.markdown !== after.markdown) return 'answer';
  return JSON.stringify(before.citations) === JSON.stringify(after.citations) ? undefined : 'citation';
};

const describe = ({ question, times, customers }: Repeated, mask: (text: string) => string) => ({
  question: cut(mask(question.text).replace(/\s+/g, ' ')),
  times,
  customers,
  lastAt: question.at.toISOString(),
});

const excerpt = ({ markdown, citations, confidence }: Reply): ReplyExcerpt => ({
  text: cut(markdown),
  sources: citations.map(({ documentId, title, url }) => ({
    documentId,
    title,
    ...(url === undefined ? {} : { url }),
  })),
  confidence,
});

const cut = (text: string): string =>
  text.length > excerptChars ? `${text.slice(0, excerptChars - 1).toWellFormed()}…` : text;
