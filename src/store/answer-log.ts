import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { AnswerLog, AskedQuestion, GivenAnswer, PastQuestion, UnansweredQuestion } from '#core/answer-log.ts';
import type { ThreadLine } from '#core/knowledge.ts';
import type { Citation, ConversationId, Identity, MessageId } from '#core/message.ts';
import type { Tables } from './tables.ts';

interface AskedRow {
  readonly conversation_id: ConversationId;
  readonly text: string;
  readonly organization: string | null;
  readonly level: Identity['level'] | null;
  readonly locale: string;
  readonly customer: string;
  readonly at: Date;
}

/** The conversation `c` of a row, and who asks there. */
const asker = sql`c.id::text as conversation_id, c.organization, i.level, c.locale,
  coalesce('person ' || c.person_id, c.channel || ' ' || c.customer_id) as customer`;
const identity = sql`left join identities i on i.channel = c.channel and i.external_id = c.customer_id`;

/**
 * The turn that ended with the message `b`: `q.text` is what customers wrote since we spoke before, notices aside; `q.after` is the last
 * message before it.
 */
const turn = sql`cross join lateral (
    select coalesce(max(x.id), 0) as after from messages x where x.conversation_id = b.conversation_id and x.id < b.id
      and x.role <> 'customer' and x.visibility = 'customer' and x.meta->>'kind' is distinct from 'notice'
  ) p cross join lateral (
    select p.after, left(string_agg(x.markdown, E'\n' order by x.id), 8000) as text from messages x where x.conversation_id = b.conversation_id and x.id > p.after
      and x.id < b.id and x.role = 'customer' and x.visibility = 'customer' and x.deleted_at is null
  ) q`;

/** An honest "I could not find this". Greetings, and what we say of a file without a word, are sure of themselves. */
const notFound = sql`b.meta->>'kind' = 'ask-back' and (b.meta->>'confidence')::float < 1`;
/** The same, where a person was brought at once. */
const notAnswered = sql`b.meta->>'kind' in ('ask-back', 'escalate') and (b.meta->>'confidence')::float < 1`;
const cites = sql`b.meta->>'kind' = 'answer' and jsonb_array_length(b.meta->'citations') > 0 and not b.meta ? 'corrects'`;
/** What customers could read. */
const said = sql`b.role = 'bot' and b.visibility = 'customer' and b.deleted_at is null`;

/** Lines of the thread that come with a question, and how much of each, in characters. */
const thread = { lines: 6, chars: 1_000 };

/** Past questions and answers, read out of the conversations. Nothing is kept twice: what is erased there is gone here. */
export const createAnswerLog = (db: Kysely<Tables>): AnswerLog => {
  const run = async <T>(statement: RawBuilder<T>): Promise<readonly T[]> => (await statement.execute(db)).rows;

  return {
    async asked({ since, limit }) {
      const rows = await run(sql<
        AskedRow & { id: MessageId; answered: boolean; cited: string[]; thread: ThreadLine[] }
      >`
        select b.id::text, b.meta->>'kind' = 'answer' as answered, q.text, b.at, ${asker},
          jsonb_path_query_array(b.meta, '$.citations[*].documentId') as cited,
          coalesce((select jsonb_agg(jsonb_build_object('role', t.role, 'text', left(t.markdown, ${thread.chars}::int)) ||
              case when t.meta ? 'citations' then jsonb_build_object('titles', jsonb_path_query_array(t.meta, '$.citations[*].title')) else '{}' end order by t.id)
            from (select * from messages x where x.conversation_id = b.conversation_id and x.id <= q.after and x.visibility = 'customer'
              and x.deleted_at is null and x.meta->>'kind' is distinct from 'notice' order by x.id desc limit ${thread.lines}::int) t), '[]') as thread
        from (select * from messages b where ${said} and b.at >= ${since}::timestamptz and ((${notAnswered}) or (${cites})) order by b.id desc limit ${limit}::int) b
        join conversations c on c.id = b.conversation_id and c.kind = 'customer' ${identity} ${turn}
        where q.text ~ '\\S' order by b.id desc`);
      return rows.map(
        (row): PastQuestion => ({
          ...toAsked(row),
          messageId: row.id,
          isAnswered: row.answered,
          cited: row.cited,
          thread: row.thread,
        }),
      );
    },

    async unanswered({ since, limit }) {
      const rows = await run(sql<AskedRow & { kind: UnansweredQuestion['kind'] }>`
        select * from (
          select 'not-found' as kind, q.text, b.at, ${asker}
            from messages b join conversations c on c.id = b.conversation_id and c.kind = 'customer' ${identity} ${turn}
            where ${said} and b.at >= ${since}::timestamptz and ${notFound}
          union all
          select 'handed-over', e.brief->>'question', e.opened_at, ${asker}
            from escalations e join conversations c on c.id = e.conversation_id ${identity}
            where e.opened_at >= ${since}::timestamptz and (e.reason in ('low-confidence', 'repeated') or (e.reason = 'asked-for-human'
              -- After an answer that did not help; whoever asks for a person at once is no gap in what we know.
              and exists (select from messages b where b.conversation_id = c.id and ${said} and ((${notFound}) or (${cites}))
                and b.at between e.opened_at - interval '1 day' and e.opened_at)))
          union all
          select distinct on (b.id) 'voted-down', q.text, f.at, ${asker}
            from feedback f join messages b on b.id = f.message_id join conversations c on c.id = b.conversation_id and c.kind = 'customer' ${identity} ${turn}
            where f.score < 0 and f.at >= ${since}::timestamptz and ${said} and ${cites}
        ) u where u.text ~ '\\S' order by u.at desc, u.conversation_id, u.kind limit ${limit}::int`);
      return rows.map((row) => ({ ...toAsked(row), kind: row.kind }));
    },

    async citing(documentId, { since, before, below, limit }) {
      const newer = since === undefined ? sql`` : sql`and b.at >= ${since}::timestamptz`;
      const older = below === undefined ? sql`` : sql`and b.id < ${below}::bigint`;
      const rows = await run(sql<AskedRow & { id: MessageId; markdown: string; citations: Citation[] }>`
        select b.id::text, b.markdown, coalesce(q.text, '') as text, b.at, ${asker},
          jsonb_path_query_array(b.meta, '$.citations[*] ? (@.documentId == $id)', jsonb_build_object('id', ${documentId}::text)) as citations
        from messages b join conversations c on c.id = b.conversation_id and c.kind = 'customer' ${identity} ${turn}
        where ${said} and b.meta ? 'citations' and jsonb_path_query_array(b.meta, '$.citations[*].documentId') @> jsonb_build_array(${documentId}::text)
          and b.at < ${before}::timestamptz ${newer} ${older}
          -- What never arrived was never told.
          and not exists (select from outbox o where o.message_id = b.id and o.dead_at is not null)
        order by b.id desc limit ${limit}::int`);
      return rows.map((row): GivenAnswer => {
        const { conversationId, text, locale, customer, at } = toAsked(row);
        const { id, markdown, citations } = row;
        return { conversationId, messageId: id, markdown, citations, question: text, locale, customer, at };
      });
    },
  };
};

const toAsked = (row: AskedRow): AskedQuestion => ({
  conversationId: row.conversation_id,
  text: row.text.trim(),
  audience: {
    organizations: row.organization === null ? [] : [row.organization],
    shared: false,
    identity: row.level ?? 'anonymous',
  },
  locale: row.locale,
  customer: row.customer,
  at: row.at,
});
