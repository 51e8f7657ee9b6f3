-- What people answer becomes knowledge: articles drafted from closed cases, which somebody reviews before they are published.

-- Which closed cases were looked at, and what came of it. Written by a trigger when a case is closed, so that none is forgotten
-- and finding those that are left costs nothing.
create table learnings (
  escalation_id bigint primary key references escalations,
  -- Null until somebody has looked.
  looked_at timestamptz,
  -- `drafted`; `confirmed`: the article `document_id` already says so; `nothing`: why there is none is in `reason`.
  outcome text check (outcome in ('drafted', 'confirmed', 'nothing')),
  reason text,
  document_id text,
  check ((looked_at is null) = (outcome is null))
);
create index learnings_left on learnings (escalation_id) where looked_at is null;
create index learnings_confirmed on learnings (document_id) where outcome = 'confirmed';
-- Cases that were closed before this release teach nothing: nobody would know why hundreds of drafts appear.
insert into learnings (escalation_id, looked_at, outcome, reason)
  select id, now(), 'nothing', 'closed before articles were drafted' from escalations where status = 'resolved';

create table drafts (
  id bigint generated always as identity primary key,
  escalation_id bigint not null unique references escalations,
  kind text not null check (kind in ('new', 'update')),
  status text not null default 'draft' check (status in ('draft', 'published', 'dismissed')),
  -- In one line; the title of the article.
  question text not null,
  -- Markdown.
  answer text not null,
  language text,
  visibility text not null check (visibility in ('public', 'internal') or visibility like 'org:_%'),
  -- The document that it becomes: the article that it updates where that came from here, else one of its own.
  document_id text not null,
  -- With `update`: the article that says something else, {documentId, title, url, differences}.
  updates jsonb,
  -- Articles and earlier drafts that it resembles: [{documentId, title, url, score}].
  similar_to jsonb not null default '[]',
  -- Words that may concern this customer alone.
  flags jsonb not null default '[]',
  created_at timestamptz not null default clock_timestamp(),
  changed_at timestamptz not null default clock_timestamp(),
  decided_at timestamptz,
  decided_by text,
  -- The knowledge base does not say yet what was decided.
  unsettled boolean not null default false,
  check ((kind = 'update') = (updates is not null)),
  check ((status = 'draft') = (decided_at is null))
);
create index drafts_status on drafts (status, id);
create index drafts_unsettled on drafts (id) where unsettled;
create index drafts_document on drafts (document_id) where status = 'published';

-- A case that is closed is to be looked at, unless something came of it before; one that goes on is no example yet.
create function escalation_to_learn() returns trigger language plpgsql as $$
begin
  if new.status = 'resolved' then
    insert into learnings (escalation_id) select new.id
      where not exists (select from drafts d where d.escalation_id = new.id) on conflict do nothing;
  elsif old.status = 'resolved' then
    -- In this order: whoever draws up the draft at this moment holds the first row, and the second statement sees what they wrote.
    delete from learnings l where l.escalation_id = new.id;
    delete from drafts d where d.escalation_id = new.id and d.status = 'draft';
  end if;
  return null;
end $$;
create trigger escalation_to_learn after update of status on escalations
  for each row when (new.status is distinct from old.status) execute function escalation_to_learn();

create function draft_json(d drafts) returns jsonb language sql stable as $$
  select jsonb_strip_nulls(jsonb_build_object('id', d.id::text, 'kind', d.kind, 'status', d.status, 'question', d.question, 'answer', d.answer,
    'language', d.language, 'visibility', d.visibility, 'documentId', d.document_id, 'updates', d.updates, 'flags', d.flags, 'decidedBy', d.decided_by))
$$;

-- As in 0006, with the article that was drafted from the case.
create or replace function escalation_json(e escalations) returns jsonb language sql stable as $$
  select jsonb_build_object('id', e.id::text, 'code', e.code, 'conversationId', e.conversation_id::text,
    'deskConversationId', e.desk_conversation_id::text, 'epoch', e.epoch, 'reason', e.reason, 'brief', e.brief, 'status', e.status,
    'claimedBy', e.claimed_by, 'claimedById', e.claimed_by_id, 'openedAt', e.opened_at,
    'cardMessageId', coalesce((select max(n.id) from messages n where n.conversation_id = e.desk_conversation_id and n.meta ? 'card'), k.id)::text,
    'card', k.meta->'card',
    'article', (select draft_json(d) from drafts d where d.escalation_id = e.id),
    'askedAs', (select jsonb_agg(a.name) from messages q, lateral (values (q.id::text), (q.external_id)) a (name)
      where q.conversation_id = e.conversation_id and q.id > k.id and q.meta->>'asks' = 'satisfaction' and a.name is not null))
  from (select null) one left join lateral (select m.id, m.meta from messages m where m.conversation_id = e.desk_conversation_id order by m.id limit 1) k on true
$$;

-- A commit as before, and what somebody decided on a draft with the card that shows it.
alter function commit_turn(jsonb, interval) rename to commit_conversation;
create function commit_turn(p jsonb, p_lease interval) returns jsonb language plpgsql as $$
declare
  v_result jsonb := commit_conversation(p, p_lease);
  x jsonb := p->'article';
begin
  if x is null or v_result is null then return v_result; end if;
  if x ? 'decision' then
    update drafts d set status = x->'decision'->>'status', changed_at = clock_timestamp(), unsettled = true,
        decided_by = x->'decision'->>'decidedBy',
        decided_at = case when x->'decision'->>'status' <> 'draft' then clock_timestamp() end
      where d.id = (x->'decision'->'draft'->>'id')::bigint;
  end if;
  if x ? 'card' then
    update messages m set meta = m.meta || jsonb_build_object('card', x->'card') where m.id = (
      select min(k.id) from messages k join escalations e on e.desk_conversation_id = k.conversation_id where e.id = (x->>'escalationId')::bigint);
  end if;
  return v_result;
end $$;

-- Closed cases that nobody has looked at, oldest first, with what the two sides said since the case before: what the customer wrote,
-- and what people replied. Notes and the bot's words are left out.
create function cases_to_learn(p_limit int) returns setof jsonb language sql stable as $$
  select jsonb_build_object('escalationId', e.id::text, 'code', e.code, 'question', e.brief->>'question', 'locale', c.locale,
    'customerName', c.customer_name, 'organization', c.organization,
    'identity', coalesce((select x.event->'identity'->>'level' from inbox x where x.conversation_id = c.id
        and x.event->'author'->>'externalId' = c.customer_id and x.event ? 'identity' order by x.seq desc limit 1),
      (select i.level from identities i where i.channel = c.channel and i.external_id = c.customer_id)),
    'messages', coalesce((select jsonb_agg(jsonb_build_object('role', s.role, 'name', s.author_name, 'markdown', s.markdown) order by s.id) from (
      select m.id, m.role, m.author_name, m.markdown from messages m
        where m.conversation_id = c.id and m.role in ('customer', 'human') and m.visibility = 'customer' and m.deleted_at is null
          and (m.role = 'customer' or m.at >= e.opened_at)
          and m.at > coalesce((select max(b.resolved_at) from escalations b where b.conversation_id = c.id and b.id < e.id), '-infinity')
          and not exists (select from escalations n where n.conversation_id = c.id and n.id > e.id and n.opened_at <= m.at)
        order by m.id desc limit 60) s), '[]'))
  from learnings l join escalations e on e.id = l.escalation_id join conversations c on c.id = e.conversation_id
  where l.looked_at is null and e.status = 'resolved' order by l.escalation_id limit p_limit
$$;

-- What came of cases that were looked at: [{escalationId, outcome, reason, documentId, draft}]. Each case once, whoever looked; one
-- that has been reopened meanwhile is left alone. Answers how many drafts there are now that were not there before.
create function record_learnings(p jsonb) returns int language sql as $$
  with given as materialized (select value as x from jsonb_array_elements(p)),
  looked as (
    update learnings l set looked_at = clock_timestamp(), outcome = x->>'outcome', reason = x->>'reason', document_id = x->>'documentId'
      from given where l.escalation_id = (x->>'escalationId')::bigint and l.looked_at is null
      returning l.escalation_id, x->'draft' as draft
  ), drawn as (
    insert into drafts (escalation_id, kind, question, answer, language, visibility, document_id, updates, similar_to, flags)
      select k.escalation_id, k.draft->>'kind', k.draft->>'question', k.draft->>'answer', k.draft->>'language', k.draft->>'visibility',
        k.draft->>'documentId', k.draft->'updates', coalesce(k.draft->'similarTo', '[]'), coalesce(k.draft->'flags', '[]')
      from looked k where k.draft is not null on conflict (escalation_id) do nothing returning 1
  )
  select count(*)::int from drawn
$$;
