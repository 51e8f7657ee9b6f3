import { type Kysely, sql } from 'kysely';
import type { ArticleDraft, ArticleStatus } from '#core/article-draft.ts';
import type { ConversationId, EscalationId, Identity } from '#core/message.ts';
import { toStorableJson, toStorableText } from './storable.ts';
import type { Tables } from './tables.ts';

/** A closed case that nobody has looked at, with what its two sides said. */
export interface CaseToLearn {
  readonly escalationId: EscalationId;
  readonly code: string;
  /** The case's own title. */
  readonly question: string;
  readonly locale: string;
  readonly customerName: string | null;
  readonly organization: string | null;
  /** What the customer's latest words rest on. */
  readonly identity: Identity['level'] | null;
  /** Oldest first; of the customer and of people, no notes. */
  readonly messages: readonly {
    readonly role: 'customer' | 'human';
    readonly name: string | null;
    readonly markdown: string;
  }[];
}

/** An article or an earlier draft that a draft resembles. */
export interface SimilarArticle {
  readonly documentId: string;
  readonly title: string;
  readonly url?: string;
  /** 0…1 */
  readonly score: number;
}

export type NewDraft = Pick<
  ArticleDraft,
  'kind' | 'question' | 'answer' | 'language' | 'visibility' | 'documentId' | 'updates' | 'flags'
> & { readonly similarTo: readonly SimilarArticle[] };

/** What came of a case that was looked at. */
export type Learning = { readonly escalationId: EscalationId } & (
  | { readonly outcome: 'drafted'; readonly draft: NewDraft }
  | { readonly outcome: 'confirmed'; readonly documentId: string }
  | { readonly outcome: 'nothing'; readonly reason: string }
);

/** A draft as the team reviews it. */
export interface DraftRow {
  readonly draft: ArticleDraft;
  readonly escalationId: EscalationId;
  readonly code: string;
  readonly similarTo: readonly SimilarArticle[];
  readonly createdAt: string;
  readonly decidedAt: string | null;
  /** The code of the case whose article was published later in its place. */
  readonly replacedBy: string | null;
  /** How many cases since then were answered in the same way by people. */
  readonly confirmations: number;
  /** What only this customer's organisation would see; null where none is known for sure. */
  readonly organization: string | null;
}

const selected = sql`select jsonb_build_object('draft', draft_json(d), 'escalationId', e.id::text, 'code', e.code, 'similarTo', d.similar_to,
    'createdAt', d.created_at, 'decidedAt', d.decided_at, 'organization', c.organization,
    'replacedBy', case when d.status = 'published' then (select o.code from drafts l join escalations o on o.id = l.escalation_id
      where l.document_id = d.document_id and l.status = 'published' and l.decided_at > d.decided_at order by l.decided_at desc limit 1) end,
    'confirmations', (select count(*) from learnings l where l.outcome = 'confirmed' and l.document_id = d.document_id)) as row
  from drafts d join escalations e on e.id = d.escalation_id join conversations c on c.id = e.conversation_id`;

/** Articles drafted from cases. */
export const createDraftRows = (db: Kysely<Tables>) => ({
  /** Closed cases that nobody has looked at, oldest first. */
  async unlearnt(limit: number): Promise<readonly CaseToLearn[]> {
    const { rows } = await sql<{ row: CaseToLearn }>`select cases_to_learn(${limit}::int) as row`.execute(db);
    return rows.map(({ row }) => row);
  },
  /** Each case once, whoever looked; answers how many drafts that made. */
  async record(learnings: readonly Learning[]): Promise<number> {
    const { rows } = await sql<{
      count: number;
    }>`select record_learnings(${toStorableJson(learnings)}::jsonb) as count`.execute(db);
    return rows[0]?.count ?? 0;
  },
  /** Drafts that await a decision, newest first: a new one is compared with them. */
  async waiting(limit: number): Promise<readonly ArticleDraft[]> {
    const { rows } = await sql<{ row: ArticleDraft }>`
      select draft_json(d) as row from drafts d where d.status = 'draft' order by d.id desc limit ${limit}::int`.execute(
      db,
    );
    return rows.map(({ row }) => row);
  },
  /** Drafts that their desk was not told of as they are now, as `Cases.tell` wants them. */
  async untold(limit: number) {
    const { rows } = await sql<{ conversation: ConversationId; key: string }>`
      select e.desk_conversation_id::text as conversation, k.key from drafts d join escalations e on e.id = d.escalation_id
        cross join lateral (select concat('draft:', d.id, ':', floor(extract(epoch from d.changed_at) * 1000)::bigint) as key) k
        where d.status = 'draft' and not exists (select from case_nudges n where n.escalation_id = e.id and n.key = k.key)
        order by d.id limit ${limit}::int`.execute(db);
    return rows.map((row) => ({ ...row, action: 'drafted', value: '' }));
  },
  async list(filter: {
    readonly status: ArticleStatus;
    readonly before?: string;
    readonly limit: number;
  }): Promise<{ readonly items: readonly DraftRow[]; readonly more: boolean }> {
    const before = filter.before === undefined ? sql`` : sql`and d.id < ${filter.before}::bigint`;
    const { rows } = await sql<{
      row: DraftRow;
    }>`${selected} where d.status = ${filter.status} ${before} order by d.id desc limit ${filter.limit + 1}::int`.execute(
      db,
    );
    return { items: rows.slice(0, filter.limit).map(({ row }) => row), more: rows.length > filter.limit };
  },
  async counts(): Promise<Readonly<Record<ArticleStatus, number>>> {
    const { rows } = await sql<{
      status: ArticleStatus;
      count: number;
    }>`select status, count(*)::int as count from drafts group by status`.execute(db);
    const of = (status: ArticleStatus): number => rows.find((row) => row.status === status)?.count ?? 0;
    return { draft: of('draft'), published: of('published'), dismissed: of('dismissed') };
  },
  async get(id: string): Promise<DraftRow | undefined> {
    const { rows } = await sql<{ row: DraftRow }>`${selected} where d.id = ${id}::bigint`.execute(db);
    return rows[0]?.row;
  },
  /** Changes a draft that nobody has decided on; false when somebody has, or there is none. */
  async change(
    id: string,
    { question, answer, visibility }: Pick<ArticleDraft, 'question' | 'answer' | 'visibility'>,
  ): Promise<boolean> {
    const { rows } = await sql`
      update drafts set question = ${toStorableText(question, 300)}, answer = ${toStorableText(answer, 20_000)}, visibility = ${visibility},
          changed_at = clock_timestamp()
        where id = ${id}::bigint and status = 'draft' returning id`.execute(db);
    return rows.length > 0;
  },
  /** Who finds the documents that drafts were published as. */
  async readersOf(documentIds: readonly string[]): Promise<ReadonlyMap<string, ArticleDraft['visibility']>> {
    const { rows } = await sql<{ id: string; visibility: ArticleDraft['visibility'] }>`
      select distinct on (d.document_id) d.document_id as id, d.visibility from drafts d
        where d.document_id = any (${documentIds}::text[]) and d.status = 'published' order by d.document_id, d.decided_at desc`.execute(
      db,
    );
    return new Map(rows.map(({ id, visibility }) => [id, visibility]));
  },
  /** The draft that a document is to say: of those published as it, the last one that was decided. */
  async publishedAs(documentId: string): Promise<ArticleDraft | undefined> {
    const { rows } = await sql<{ row: ArticleDraft }>`
      select draft_json(d) as row from drafts d where d.document_id = ${documentId} and d.status = 'published'
        order by d.decided_at desc limit 1`.execute(db);
    return rows[0]?.row;
  },
  /** Decisions that the knowledge base does not know yet, oldest first; `changedAt` names the state that was read. */
  async unsettled(limit: number) {
    const { rows } = await sql<{ id: string; documentId: string; changedAt: string }>`
      select id::text, document_id as "documentId", changed_at::text as "changedAt" from drafts where unsettled order by changed_at limit ${limit}::int`.execute(
      db,
    );
    return rows;
  },
  /** The knowledge base says it; false when somebody has decided anew meanwhile. */
  async settled({ id, changedAt }: { readonly id: string; readonly changedAt: string }): Promise<boolean> {
    const { rows } = await sql`
      update drafts set unsettled = false where id = ${id}::bigint and changed_at = ${changedAt}::timestamptz returning id`.execute(
      db,
    );
    return rows.length > 0;
  },
  /** It cannot be published as it is: it is a draft again, and its desk is told. */
  async refused({ id, changedAt }: { readonly id: string; readonly changedAt: string }): Promise<void> {
    await sql`
      update drafts set unsettled = false, status = 'draft', decided_at = null, decided_by = null, changed_at = clock_timestamp()
        where id = ${id}::bigint and changed_at = ${changedAt}::timestamptz`.execute(db);
  },
});
export type DraftRows = ReturnType<typeof createDraftRows>;
