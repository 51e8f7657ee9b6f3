/** Joins closed cases to the knowledge base: what people answered becomes drafts, and what is published becomes documents. */
import type { ArticleDraft, ArticleVisibility } from '#core/article-draft.ts';
import type { Log } from '#core/channel.ts';
import { errorMessage } from '#core/errors.ts';
import type { Knowledge, SearchResult } from '#core/knowledge.ts';
import type { Audience } from '#core/turn.ts';
import type { KnowledgeBase } from '#knowledge/index.ts';
import { draftArticle, judge } from '#knowledge/learning/index.ts';
import { withoutPersonalData } from '#knowledge/personal-data/index.ts';
import type { ArticleStore } from './http/ports.ts';
import type { Signal } from './pipeline/signal.ts';
import type { Cases } from './store/cases.ts';
import type { CaseToLearn, DraftRow, DraftRows, Learning } from './store/drafts.ts';

/** The collection of articles that came from people's answers, and what they stand below. */
export const teamCollection = 'team';
const teamPath = ['Answer from the team'];
/** The ids of its documents, so that an article of ours is known by its id. */
const teamDocument = (escalationId: string): string => `${teamCollection}:${escalationId}`;
const isTeamDocument = (id: string): boolean => id.startsWith(`${teamCollection}:`);

/** Decisions may come while others are being settled; after so many rounds the rest waits for the next minute. */
const settleRounds = 5;
/** So many cases at once; the rest waits for the next minute. */
const atOnce = 20;
const comparedWith = 200;
const passages = 8;

export interface LearningDeps {
  readonly drafts: DraftRows;
  readonly cases: Pick<Cases, 'tell'>;
  readonly knowledge: Pick<KnowledgeBase, 'search' | 'put' | 'remove'>;
  readonly reading: Pick<Signal, 'raise'>;
  readonly log: Log;
  readonly now: () => Date;
}

export const createLearning = ({ drafts, cases, knowledge, reading, log, now }: LearningDeps) => {
  /** Desks show a draft as it is now. */
  const tellDesks = async (): Promise<void> => {
    const untold = await drafts.untold(100);
    if (untold.length > 0 && (await cases.tell(untold)) > 0) reading.raise();
  };

  /** What people taught with the cases that they have closed since the last time. Meant to run every minute, in any process. */
  const learn = async (): Promise<void> => {
    await settle();
    const found = await drafts.unlearnt(atOnce);
    if (found.length > 0) {
      const waiting = await drafts.waiting(comparedWith);
      const read = await Promise.all(found.map((one) => readCase(one, knowledge)));
      const learnings = learningsFrom(read, waiting);
      const made = await drafts.record(await inPlace(learnings, drafts));
      log.info({ cases: found.length, drafts: made }, 'closed cases were looked at for articles');
    }
    await tellDesks();
  };

  /** In the place of its earlier version. */
  const publish = (draft: ArticleDraft): ReturnType<KnowledgeBase['put']> =>
    knowledge.put({
      id: draft.documentId,
      collection: teamCollection,
      // No source that is ever synced lies above it.
      source: `frontdesk:${draft.documentId}`,
      visibility: draft.visibility,
      document: {
        title: draft.question,
        path: teamPath,
        text: draft.answer,
        modifiedAt: now(),
        ...(draft.language === undefined ? {} : { language: draft.language }),
      },
    });

  const withdraw = async (documentId: string): Promise<{ readonly ok: true }> => {
    await knowledge.remove([documentId]);
    return { ok: true };
  };

  /**
   * Makes each decided document what the last decision says, by the rows as they are now: in whatever order and however often this
   * runs, it ends the same. Whoever decided meanwhile has left a newer state, which the next run finds.
   */
  const settle = async (): Promise<void> => {
    try {
      for (let round = 0; round < settleRounds; round += 1) {
        const open = await drafts.unsettled(atOnce);
        if (open.length === 0) return;
        for (const decision of open) {
          const wanted = await drafts.publishedAs(decision.documentId);
          const result = await (wanted === undefined ? withdraw(decision.documentId) : publish(wanted));
          if (result.ok) await drafts.settled(decision);
          else {
            log.warn(
              { draft: decision.id, reason: result.reason },
              'an article cannot be published and is a draft again',
            );
            await drafts.refused(decision);
            await tellDesks();
          }
        }
      }
    } catch (error) {
      log.warn(
        { error: errorMessage(error) },
        'what was decided on articles is not in the knowledge base yet; tried again in a minute',
      );
    }
  };

  const store: ArticleStore = {
    async list({ status, before, limit }) {
      const [{ items, more }, counts] = await Promise.all([
        drafts.list({ status, limit, ...(before === undefined ? {} : { before }) }),
        drafts.counts(),
      ]);
      const last = items.at(-1);
      return { items: items.map(toWire), counts, ...(more && last !== undefined ? { before: last.draft.id } : {}) };
    },
    async get(id) {
      const row = await drafts.get(id);
      return row === undefined ? undefined : toWire(row);
    },
    async change(id, change) {
      const changed = await drafts.change(id, change);
      if (changed) await tellDesks();
      return changed;
    },
  };
  return { learn, settle, store };
};

const toWire = ({
  draft,
  escalationId,
  code,
  similarTo,
  createdAt,
  decidedAt,
  confirmations,
  organization,
  replacedBy,
}: DraftRow) => ({
  ...draft,
  flags: [...draft.flags],
  updates:
    draft.updates === undefined
      ? undefined
      : { ...draft.updates, differences: draft.updates.differences.map((difference) => ({ ...difference })) },
  escalation: { id: escalationId, code },
  similarTo: similarTo.map((article) => ({ ...article })),
  createdAt: new Date(createdAt).toISOString(),
  decidedAt: decidedAt === null ? undefined : new Date(decidedAt).toISOString(),
  confirmations,
  organization: organization ?? undefined,
  replacedBy: replacedBy ?? undefined,
});

interface ReadCase {
  readonly found: CaseToLearn;
  readonly visibility: ArticleVisibility;
  readonly drafting: ReturnType<typeof draftArticle>;
  /** What those who will read the article find already. */
  readonly known?: SearchResult;
}

const readCase = async (found: CaseToLearn, knowledge: Pick<Knowledge, 'search'>): Promise<ReadCase> => {
  const { question, customerName, locale, messages } = found;
  const people = messages.flatMap(({ name }) => (name === null ? [] : [name]));
  const names = [...new Set([...(customerName === null ? [] : [customerName]), ...people])];
  const drafting = draftArticle(
    { question, names, messages, ...(locale === '' ? {} : { language: locale }) },
    withoutPersonalData,
  );
  const visibility = visibilityOf(found);
  if (!drafting.ok) return { found, visibility, drafting };
  const known = await knowledge.search(drafting.question, { audience: readersOf(visibility), limit: passages });
  return { found, visibility, drafting, known };
};

/** What was said to an organisation that the platform vouches for may hold for that organisation alone, until a person says otherwise. */
const visibilityOf = ({ organization, identity }: CaseToLearn): ArticleVisibility =>
  organization !== null && organization !== '' && identity === 'verified' ? `org:${organization}` : 'public';

/** Those who will find a document: what they see already is what it may repeat or contradict. */
const readersOf = (visibility: ArticleVisibility): Audience =>
  visibility.startsWith('org:')
    ? { organizations: [visibility.slice('org:'.length)], shared: false, identity: 'verified' }
    : {
        organizations: [],
        shared: false,
        identity: 'anonymous',
        ...(visibility === 'internal' ? { internal: true } : {}),
      };

/** One after the other: two cases of one minute may teach the same. */
const learningsFrom = (read: readonly ReadCase[], waiting: readonly ArticleDraft[]): Learning[] => {
  const drawn: Pick<ArticleDraft, 'documentId' | 'question' | 'answer' | 'visibility'>[] = [...waiting];
  return read.map(({ found: { escalationId }, visibility, drafting, known }): Learning => {
    if (!drafting.ok || known === undefined)
      return { escalationId, outcome: 'nothing', reason: drafting.ok ? 'nothing was searched' : drafting.reason };
    const seen = drawn.filter((draft) => draft.visibility === 'public' || draft.visibility === visibility);
    const judgement = judge(drafting, known, seen);
    if (judgement.kind === 'confirmed') return { escalationId, outcome: 'confirmed', documentId: judgement.documentId };
    const { ok: _ok, ...article } = drafting;
    const documentId = teamDocument(escalationId);
    drawn.push({ documentId, visibility, question: article.question, answer: article.answer });
    return { escalationId, outcome: 'drafted', draft: { ...article, ...judgement, visibility, documentId } };
  });
};

/** An update of an article of ours for the same readers takes its place; articles from elsewhere belong to their source. */
const inPlace = async (learnings: readonly Learning[], drafts: DraftRows): Promise<readonly Learning[]> => {
  const updated = learnings.flatMap((one) =>
    one.outcome === 'drafted' && one.draft.updates !== undefined && isTeamDocument(one.draft.updates.documentId)
      ? [one.draft.updates.documentId]
      : [],
  );
  if (updated.length === 0) return learnings;
  const readers = await drafts.readersOf(updated);
  return learnings.map((one) => {
    if (one.outcome !== 'drafted' || one.draft.updates === undefined) return one;
    const { documentId } = one.draft.updates;
    return readers.get(documentId) === one.draft.visibility ? { ...one, draft: { ...one.draft, documentId } } : one;
  });
};
