-- The life of a case: what happened to it and when (clocks are computed from that), who is to be told, and the promise that
-- nothing of the bot starts to be sent once a person has taken a conversation.

-- What happened to cases. Written by a trigger, so that no way of changing a case can forget it.
create table escalation_events (
  id bigint generated always as identity primary key,
  escalation_id bigint not null references escalations,
  kind text not null check (kind in ('opened', 'claimed', 'reassigned', 'resolved', 'returned', 'reopened')),
  person text,
  at timestamptz not null default clock_timestamp()
);
create index escalation_events_escalation on escalation_events (escalation_id, id);

insert into escalation_events (escalation_id, kind, person, at)
  select e.id, k.kind, case when k.kind = 'opened' then null else e.claimed_by end, k.at from escalations e
    cross join lateral (values ('opened', e.opened_at), ('claimed', e.claimed_at), ('resolved', e.resolved_at)) k (kind, at)
    where k.at is not null order by k.at, e.id;

create function escalation_happened() returns trigger language plpgsql as $$
declare
  v_conversation text;
begin
  if tg_op = 'INSERT' then
    insert into escalation_events (escalation_id, kind) values (new.id, 'opened');
    if new.status = 'claimed' then
      insert into escalation_events (escalation_id, kind, person) values (new.id, 'claimed', new.claimed_by);
    end if;
  elsif new.status is distinct from old.status then
    -- The conversation was changed a moment ago, in the same transaction.
    select status into v_conversation from conversations where id = new.conversation_id;
    insert into escalation_events (escalation_id, kind, person) values (new.id,
      case when new.status = 'resolved' then case when v_conversation = 'bot' then 'returned' else 'resolved' end
        when old.status = 'resolved' then 'reopened' else 'claimed' end, new.claimed_by);
  elsif new.claimed_by_id is distinct from old.claimed_by_id or new.claimed_by is distinct from old.claimed_by then
    insert into escalation_events (escalation_id, kind, person) values (new.id, 'reassigned', new.claimed_by);
  end if;
  return null;
end $$;
create trigger escalation_happened after insert or update of status, claimed_by, claimed_by_id on escalations
  for each row execute function escalation_happened();

-- A case that moves on to other people gets a new card: that one is drawn anew from then on. `askedAs`: the names of the message
-- that asked whether it is solved.
create or replace function escalation_json(e escalations) returns jsonb language sql stable as $$
  select jsonb_build_object('id', e.id::text, 'code', e.code, 'conversationId', e.conversation_id::text,
    'deskConversationId', e.desk_conversation_id::text, 'epoch', e.epoch, 'reason', e.reason, 'brief', e.brief, 'status', e.status,
    'claimedBy', e.claimed_by, 'claimedById', e.claimed_by_id, 'openedAt', e.opened_at,
    'cardMessageId', coalesce((select max(n.id) from messages n where n.conversation_id = e.desk_conversation_id and n.meta ? 'card'), k.id)::text,
    'card', k.meta->'card',
    'askedAs', (select jsonb_agg(a.name) from messages q, lateral (values (q.id::text), (q.external_id)) a (name)
      where q.conversation_id = e.conversation_id and q.id > k.id and q.meta->>'asks' = 'satisfaction' and a.name is not null))
  from (select null) one left join lateral (select m.id, m.meta from messages m where m.conversation_id = e.desk_conversation_id order by m.id limit 1) k on true
$$;

-- The log of one case, with what the two sides said since it was opened.
create function case_events(e escalations) returns jsonb language sql stable as $$
  select coalesce(jsonb_agg(jsonb_build_object('kind', x.kind, 'at', x.at) || case when x.person is null then '{}' else jsonb_build_object('by', x.person) end order by x.at), '[]')
  from (
    select v.kind, v.at, v.person from escalation_events v where v.escalation_id = e.id
    union all
    select case m.role when 'customer' then 'customer-wrote' else 'person-replied' end, m.at, m.author_name from messages m
      where m.conversation_id = e.conversation_id and m.role in ('customer', 'human') and m.visibility = 'customer' and m.at >= e.opened_at
  ) x
$$;

-- What desks were told of their cases, once each: the inbox keeps its events for a month only, and cases may stay open for longer.
create table case_nudges (
  escalation_id bigint not null references escalations,
  key text not null,
  at timestamptz not null default clock_timestamp(),
  primary key (escalation_id, key)
);
insert into case_nudges (escalation_id, key, at) select e.id, 'remind:' || e.id, e.reminded_at from escalations e where e.reminded_at is not null;

-- Everything that is known of cases which are not closed, those after p_after: what happened, what was said, and what the desk
-- was told of already.
create function open_cases(p_after bigint, p_limit int) returns setof jsonb language sql stable as $$
  select jsonb_build_object('id', e.id::text, 'code', e.code, 'status', e.status, 'claimedBy', e.claimed_by,
    'deskConversationId', e.desk_conversation_id::text,
    'told', coalesce((select jsonb_agg(n.key) from case_nudges n where n.escalation_id = e.id), '[]'),
    'events', case_events(e))
  from escalations e where e.status in ('open', 'claimed') and e.id > p_after order by e.id limit p_limit
$$;

-- Our own events for several conversations at once: [{conversation, key, action, value}]. Repeating one changes nothing; one
-- that somebody works on at this moment waits for the next time.
create function tell_conversations(p jsonb) returns int language plpgsql as $$
declare
  x jsonb;
  v_count int := 0;
begin
  for x in select value from jsonb_array_elements(p) order by (value->>'conversation')::bigint loop
    perform from conversations k where k.id = (x->>'conversation')::bigint for no key update skip locked;
    if found then
      insert into case_nudges (escalation_id, key) select e.id, x->>'key' from escalations e
        where e.desk_conversation_id = (x->>'conversation')::bigint on conflict do nothing;
      if found then
        perform tell_conversation((x->>'conversation')::bigint, x->>'key', x->>'action', x->>'value', null);
      end if;
      v_count := v_count + 1;
    end if;
  end loop;
  return v_count;
end $$;
drop function remind_unclaimed(interval);

-- Until when partial text of the turn at work may begin to be shown: a person who takes the conversation waits for that.
alter table conversations add column shows_until timestamptz;
-- Until when nothing more of the bot begins, because a person waits to take the conversation.
alter table conversations add column taking_until timestamptz;

-- May partial text be shown now? Whoever asks has half of p_grace to begin.
create function begin_showing(p_worker text, p_id bigint, p_version int, p_grace interval) returns boolean language sql as $$
  with held as (
    update conversations set shows_until = clock_timestamp() + p_grace
      where id = p_id and version = p_version and reading_by = p_worker and status <> 'human'
        and (taking_until is null or taking_until < clock_timestamp()) returning 1
  )
  select exists (select from held)
$$;

-- Marks what is left of a delivering lane as about to be sent, anew; answers who has the conversation, or null when the lane
-- is not ours any more, or has to wait for a person who is taking the conversation.
create function hold_delivering(p_worker text, p_id bigint, p_lease interval) returns text language plpgsql as $$
declare
  c conversations;
begin
  update conversations set delivering_until = clock_timestamp() + p_lease where id = p_id and delivering_by = p_worker returning * into c;
  if not found or c.taking_until > clock_timestamp() then return null; end if;
  update outbox set sending_at = clock_timestamp() where conversation_id = p_id and said_by = 'bot' and delivered_at is null and dead_at is null and sending_at is not null;
  return c.status;
end $$;

-- commit_turn for whoever takes a customer's conversation: '{"busy": true}' while something of the bot is about to be sent
-- there, so that nothing of it starts once this has committed. A mark older than p_grace belongs to a send that has begun by
-- now, or to a worker that asks again before it begins; from the first try on no new one is made.
create function commit_taking(p jsonb, p_lease interval, p_grace interval) returns jsonb language plpgsql as $$
declare
  v_taken bigint[];
  v_result jsonb;
begin
  -- As commit_turn does it, in the same order.
  perform from conversations k where k.id in (
      select (p->>'conversation')::bigint union select (x->>'conversation')::bigint from jsonb_array_elements(p->'changes') x)
    order by k.id for no key update;
  v_taken := array(select k.id from jsonb_array_elements(p->'changes') x join conversations k on k.id = (x->>'conversation')::bigint
    where x->>'status' = 'human' and k.status <> 'human');
  if exists (select from conversations k where k.id = any (v_taken) and (k.shows_until > clock_timestamp() or (k.delivering_until > clock_timestamp()
      and exists (select from outbox o where o.conversation_id = k.id and o.said_by = 'bot' and o.delivered_at is null and o.dead_at is null
        and o.sending_at > clock_timestamp() - p_grace)))) then
    update conversations k set taking_until = clock_timestamp() + 2 * p_grace
      where k.id = any (v_taken) and (k.taking_until is null or k.taking_until < clock_timestamp() + p_grace);
    return '{"busy": true}';
  end if;
  v_result := commit_turn(p, p_lease);
  if v_result is not null then
    update conversations k set taking_until = null where k.id = any (v_taken) and k.taking_until is not null;
    -- Here and not when the lane comes round: by then the person may have closed it or handed it back.
    update outbox o set dead_at = clock_timestamp(), error = 'withdrawn: a person has the conversation'
      where o.conversation_id = any (v_taken) and o.said_by = 'bot' and o.delivered_at is null and o.dead_at is null and o.sending_at is null
        and not o.payload ? 'replaces';
  end if;
  return v_result;
end $$;

-- As in 0004, but a desk is where its newest card is: whoever writes below an older one brings nothing back there.
create or replace function address_of(c conversations) returns jsonb language plpgsql stable as $$
begin
  return (select jsonb_build_object('channel', a.channel, 'space', a.space, 'thread', a.thread) ||
         case when a.state is null then '{}' else jsonb_build_object('state', a.state) end
  from addresses a where a.conversation_id = c.id and (c.kind = 'customer' or a.channel = c.channel)
  order by case when c.kind = 'desk' then a.space is not distinct from (select o.space from messages m join outbox o on o.message_id = m.id
      where m.conversation_id = c.id and m.meta ? 'card' and o.delivered_at is not null order by m.id desc, o.id limit 1) end desc,
    a.touched_at desc limit 1);
end $$;

-- As in 0002, for customers' conversations alone: what belongs to a desk names its thread, and never comes by a reference.
create or replace function find_conversation(ev jsonb, out matched bigint, out candidate bigint) language plpgsql stable as $$
declare
  v_trusted boolean := not (ev ? 'threading') or ev->'body'->>'kind' = 'bounce' or ev->'author'->>'role' = 'human';
  -- Whoever has proven before who they are must prove it again: their name alone is a claim that anybody can make.
  v_proven boolean := coalesce(ev->'identity'->>'level' = 'verified', false) or not exists (select from identities i
    where i.channel = ev->'address'->>'channel' and i.external_id = ev->'author'->>'externalId' and i.level = 'verified');
  v_row record;
begin
  for v_row in
    select c.id from (
      select (ev->'threading'->>'conversation')::bigint id, 0::bigint as place where ev->'threading' ? 'conversation'
      union all
      select m.conversation_id, r.place
        from jsonb_array_elements_text(coalesce(ev->'threading'->'references', '[]')) with ordinality r(ref, place)
        join messages m on m.external_id = r.ref
      union all
      select a.conversation_id, 1000000 from addresses a
        where a.channel = ev->'address'->>'channel' and a.space = ev->'address'->>'space' and a.thread = ev->'address'->>'thread'
    ) x join conversations c on c.id = x.id and c.channel = ev->'address'->>'channel' and c.kind = 'customer'
    order by x.place
  loop
    candidate := coalesce(candidate, v_row.id);
    if v_trusted or (v_proven and exists (select from participants p where p.conversation_id = v_row.id and p.external_id = ev->'author'->>'externalId')) then
      matched := v_row.id;
      return;
    end if;
  end loop;
end $$;

-- As in 0004, within one space: not every platform's message ids are unique beyond it.
create or replace function find_known(ev jsonb) returns bigint language plpgsql stable as $$
begin
  return coalesce(
    (select a.conversation_id from addresses a
      where a.channel = ev->'address'->>'channel' and a.space = ev->'address'->>'space' and a.thread = ev->'address'->>'thread'),
    (select m.conversation_id from messages m join conversations c on c.id = m.conversation_id
      where ev->'body' ? 'of' and m.external_id = ev->'body'->>'of' and c.channel = ev->'address'->>'channel'
        and exists (select from addresses p where p.conversation_id = c.id and p.channel = c.channel and p.space = ev->'address'->>'space') limit 1));
end $$;

-- As in 0004, and a card is drawn anew where it was shown.
create or replace function claim_delivering(p_worker text, p_limit int, p_lease interval) returns setof jsonb language plpgsql as $$
declare
  v_id bigint;
  c conversations;
  v_rows jsonb;
  v_home jsonb;
  v_until timestamptz;
begin
  for v_id in
    select x.id from conversations x where x.deliver_at <= clock_timestamp() and (x.delivering_until is null or x.delivering_until < clock_timestamp())
      order by x.deliver_at limit p_limit for update skip locked
  loop
    update conversations set delivering_by = p_worker, delivering_until = clock_timestamp() + p_lease where id = v_id returning * into c;
    if c.kind = 'customer' and c.status = 'human' then
      update outbox o set dead_at = now(), error = 'withdrawn: a person has the conversation'
        where o.conversation_id = v_id and o.said_by = 'bot' and o.delivered_at is null and o.dead_at is null and o.sending_at is null
          -- One that was shown in part is taken back by whoever sends.
          and not o.payload ? 'replaces';
    end if;
    -- The platform asked for a pause in this place; a little apart, so that those who wait do not come back together.
    select q.not_before into v_until from pacing q where q.not_before > clock_timestamp() and q.key = (select concat(o.channel, ':', o.space)
      from outbox o where o.conversation_id = v_id and o.delivered_at is null and o.dead_at is null order by o.id limit 1);
    if v_until is not null then
      update conversations set deliver_at = v_until + random() * interval '1 second', delivering_by = null, delivering_until = null where id = v_id;
      continue;
    end if;
    -- What was written for a thread that had no name yet goes to where its card has landed.
    v_home := case when c.kind = 'desk' then address_of(c) end;
    with due as (
      select o.id, o.sending_at is not null as half_sent from outbox o
        where o.conversation_id = v_id and o.delivered_at is null and o.dead_at is null order by o.id limit 20
    ), marked as (
      update outbox o set attempt = o.attempt + 1, sending_at = clock_timestamp() from due
        where o.id = due.id returning o.*, due.half_sent
    )
    select jsonb_agg(jsonb_build_object('id', m.id::text, 'conversationId', m.conversation_id::text, 'messageId', m.message_id::text, 'by', m.said_by,
        'channel', m.channel, 'space', coalesce(w.space, m.space),
        'thread', coalesce(w.thread, case when m.thread = '' and v_home->>'channel' = m.channel then v_home->>'thread' else m.thread end), 'payload', m.payload, 'attempt', m.attempt, 'halfSent', m.half_sent, 'trace', m.trace,
        'acceptedAt', m.created_at, 'state', a.state, 'blocked', a.blocked,
        'shownAs', (select s.external_id from messages s where s.id = m.message_id),
        'participants', participants_of(m.conversation_id)) order by m.id)
      into v_rows from marked m
        -- A card that had not landed in its new place when this was written.
        left join lateral (select h.space, h.thread from outbox o join addresses h on h.conversation_id = o.conversation_id and h.channel = o.channel and h.space = o.space
          where m.payload ? 'redraws' and o.message_id = m.message_id and o.delivered_at is not null and o.space <> m.space
          order by o.id desc, h.touched_at desc limit 1) w on true
        left join addresses a on a.channel = m.channel and a.space = coalesce(w.space, m.space)
          and a.thread = coalesce(w.thread, case when m.thread = '' and v_home->>'channel' = m.channel then v_home->>'thread' else m.thread end);
    if v_rows is null then
      update conversations set deliver_at = null, delivering_by = null, delivering_until = null where id = v_id;
    else
      return next jsonb_build_object('conversationId', v_id::text, 'status', c.status, 'rows', v_rows);
    end if;
  end loop;
end $$;
