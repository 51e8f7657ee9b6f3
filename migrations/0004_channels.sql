-- What platforms with threads, shared channels and desks of their own need: events that concern us only in part, desks whose
-- cards are redrawn, streams that an answer takes the place of, and pauses that a platform asks for.
-- The functions of 0002 are replaced here as a whole; what is not mentioned is as it was.

-- The partial message on the platform that the next answer of this conversation takes the place of.
alter table conversations add column stream text;
-- When the desk was reminded that nobody has it, and who has it by the platform's id: names may change, or be the same.
alter table escalations add column reminded_at timestamptz;
alter table escalations add column claimed_by_id text;

-- Why we spoke or stayed silent: one row per event that was not plainly meant for us, or that was. Never the text.
create table decisions (
  key text primary key,
  conversation_id bigint references conversations,
  channel text not null,
  space text not null,
  thread text not null,
  speaks boolean not null,
  reason text not null,
  at timestamptz not null default now()
);
create index decisions_at on decisions using brin (at);

-- What was done in a desk thread whose card's receipt is still on its way: it waits here for the thread to become known.
create table held_events (
  key text primary key,
  place bigint generated always as identity,
  channel text not null,
  space text not null,
  thread text not null,
  event jsonb not null,
  at timestamptz not null default now()
);
create index held_events_address on held_events (channel, space, thread);

-- An event of our own in a conversation: a delivery that failed or arrived, a reminder. Repeating it changes nothing.
create function tell_conversation(p_conversation bigint, p_key text, p_action text, p_value text, p_of text) returns void language plpgsql as $$
declare
  v_seq int;
  c conversations;
begin
  if exists (select from inbox i where i.conversation_id = p_conversation and i.event->>'dedupeKey' = p_key) then return; end if;
  update conversations set inbox_seq = inbox_seq + 1, wake_at = coalesce(wake_at, clock_timestamp()),
      queue_at = coalesce(queue_at, clock_timestamp()) where id = p_conversation returning * into c;
  v_seq := c.inbox_seq;
  insert into inbox (conversation_id, seq, event) values (p_conversation, v_seq, jsonb_build_object(
    'dedupeKey', p_key, 'address', coalesce(address_of(c), jsonb_build_object('channel', c.channel, 'space', '', 'thread', '')),
    'author', jsonb_build_object('role', 'bot', 'externalId', 'frontdesk'), 'at', now(),
    'body', jsonb_build_object('kind', 'action', 'action', p_action, 'value', coalesce(p_value, '')) ||
      case when p_of is null then '{}' else jsonb_build_object('of', p_of) end));
end $$;

-- A desk answers to the console too; where it lives is its own channel.
-- In plpgsql, as its neighbours: its plan is kept, where that of an SQL function is made anew for every call.
create or replace function address_of(c conversations) returns jsonb language plpgsql stable as $$
begin
  return (select jsonb_build_object('channel', a.channel, 'space', a.space, 'thread', a.thread) ||
         case when a.state is null then '{}' else jsonb_build_object('state', a.state) end
  from addresses a where a.conversation_id = c.id and (c.kind = 'customer' or a.channel = c.channel) order by a.touched_at desc limit 1);
end $$;
create or replace function participants_of(p_conversation bigint) returns jsonb language plpgsql stable as $$
begin
  return (select jsonb_agg(p.external_id) from participants p where p.conversation_id = p_conversation);
end $$;

-- The conversation that an event already belongs to: by its thread, or by the message of ours or theirs that it is about.
create function find_known(ev jsonb) returns bigint language plpgsql stable as $$
begin
  return coalesce(
    (select a.conversation_id from addresses a
      where a.channel = ev->'address'->>'channel' and a.space = ev->'address'->>'space' and a.thread = ev->'address'->>'thread'),
    (select m.conversation_id from messages m join conversations c on c.id = m.conversation_id
      where ev->'body' ? 'of' and m.external_id = ev->'body'->>'of' and c.channel = ev->'address'->>'channel' limit 1));
end $$;

-- The conversation that an event's author was in a moment ago, in the same place: people send one question in several messages.
-- By the person, whose index is there already: each one more on conversations slows every message down.
create function find_joined(ev jsonb) returns bigint language plpgsql stable as $$
begin
  return (select c.id from identities i join conversations c on c.person_id = i.person_id join addresses a on a.conversation_id = c.id
    where i.channel = ev->'address'->>'channel' and i.external_id = ev->'author'->>'externalId'
      and c.kind = 'customer' and c.channel = i.channel and c.customer_id = i.external_id and a.channel = c.channel and a.space = ev->'address'->>'space'
      and a.touched_at > clock_timestamp() - make_interval(secs => (ev->>'joinsWithinMs')::float / 1000)
    order by a.touched_at desc limit 1);
end $$;

-- Taken by whoever waits for a thread to become known, and by whoever makes it known.
create function thread_lock(address jsonb) returns bigint language sql immutable as $$
  select hashtextextended(concat_ws(chr(31), 'thread', address->>'channel', address->>'space', address->>'thread'), 0)
$$;

-- Takes events in: dedupe, address, message, inbox row, wake-up. One element of the answer per event:
-- {kind: accepted|duplicate|overheard|held, conversationId, messageId, seq}.
-- An event is an InboundEvent with settleMs, priority and trace added.
create or replace function accept_events(events jsonb) returns jsonb language plpgsql as $$
declare
  ev jsonb;
  v_inbox bigint;
  v_conversation bigint;
  v_candidate bigint;
  v_thread text;
  v_seq int;
  v_consumed int;
  v_message bigint;
  v_kind text;
  v_target record;
  v_person bigint;
  v_is_new boolean;
  v_touched timestamptz;
  v_result jsonb := '[]';
begin
  -- Two messages of one author at once wait for each other here; before any row is locked, and in order, so that nobody waits
  -- in a circle.
  if jsonb_path_exists(events, '$[*].joinsWithinMs') then
    perform pg_advisory_xact_lock(k.key) from (
      select distinct hashtextextended(concat_ws(chr(31), 'joins', e->'address'->>'channel', e->'address'->>'space', e->'author'->>'externalId'), 0) as key
        from jsonb_array_elements(events) e where e ? 'joinsWithinMs' order by 1) k;
  end if;
  -- Several at once: the conversations that are known are locked in id order first, as commits do, so that the two never wait
  -- for each other in a circle.
  if jsonb_array_length(events) > 1 then
    perform from conversations c where c.id = any (array(
        select a.conversation_id from jsonb_array_elements(events) e join addresses a
          on a.channel = e->'address'->>'channel' and a.space = e->'address'->>'space' and a.thread = e->'address'->>'thread'
        union all select find_known(e) from jsonb_array_elements(events) e where e ? 'attention' and e->'body' ? 'of'
        union all select find_joined(e) from jsonb_array_elements(events) e where e ? 'joinsWithinMs'))
      order by c.id for no key update;
  end if;
  for ev in select value from jsonb_array_elements(events) loop
    v_kind := ev->'body'->>'kind';
    v_thread := ev->'address'->>'thread';
    v_conversation := null;
    -- What nobody meant for us opens nothing and does not use up its key: the same message may come again as a mention.
    if ev->>'attention' in ('overheard', 'desk') then
      v_conversation := find_known(ev);
      if v_conversation is null and ev ? 'joinsWithinMs' then v_conversation := find_joined(ev); end if;
      if v_conversation is null and ev->>'attention' = 'desk' then
        -- The card's receipt may be storing this very thread: whoever comes second sees the other.
        perform pg_advisory_xact_lock(thread_lock(ev->'address'));
        v_conversation := find_known(ev);
        if v_conversation is null then
          insert into held_events (key, channel, space, thread, event)
            values (ev->>'dedupeKey', ev->'address'->>'channel', ev->'address'->>'space', v_thread, ev) on conflict do nothing;
          v_result := v_result || '{"kind": "held", "seq": 0}';
          continue;
        end if;
      elsif v_conversation is null then
        insert into decisions (key, channel, space, thread, speaks, reason)
          values (ev->>'dedupeKey', ev->'address'->>'channel', ev->'address'->>'space', v_thread, false, 'not said to us, and no conversation of ours')
          on conflict do nothing;
        v_result := v_result || '{"kind": "overheard", "seq": 0}';
        continue;
      end if;
    end if;
    v_inbox := nextval(pg_get_serial_sequence('inbox', 'id'));
    insert into dedupe (key, inbox_id) values (ev->>'dedupeKey', v_inbox) on conflict do nothing;
    if not found then
      v_result := v_result || coalesce((
        select jsonb_build_object('kind', 'duplicate', 'conversationId', i.conversation_id::text, 'messageId', i.message_id::text, 'seq', i.seq)
        from dedupe d join inbox i on i.id = d.inbox_id where d.key = ev->>'dedupeKey'), '{"kind": "duplicate", "seq": 0}');
      continue;
    end if;

    v_candidate := null;
    if v_conversation is not null then
      null;
    elsif ev ? 'threading' then
      select f.matched, f.candidate into v_conversation, v_candidate from find_conversation(ev) f;
      -- Somebody else's thread: theirs stays as it is, this one starts under its own name.
      if v_conversation is null and v_candidate is not null then v_thread := coalesce(ev->>'externalId', ev->>'dedupeKey'); end if;
    else
      select a.conversation_id into v_conversation from addresses a
        where a.channel = ev->'address'->>'channel' and a.space = ev->'address'->>'space' and a.thread = v_thread;
    end if;

    if v_conversation is null and ev ? 'joinsWithinMs' then
      v_conversation := find_joined(ev);
    end if;

    if v_conversation is null then
      -- Two first messages at once: the second waits here for the first and then finds its address.
      perform pg_advisory_xact_lock(hashtextextended(concat_ws(chr(31), ev->'address'->>'channel', ev->'address'->>'space', v_thread), 0));
      if ev ? 'threading' then
        if v_candidate is null then
          -- Whoever came first may be somebody else: the same check again.
          select f.matched, f.candidate into v_conversation, v_candidate from find_conversation(ev) f;
          if v_conversation is null and v_candidate is not null then v_thread := coalesce(ev->>'externalId', ev->>'dedupeKey'); end if;
        end if;
        -- The sender chose that name: where it is taken it must lead into nobody's conversation.
        if v_conversation is null and v_candidate is not null and exists (select from addresses a
            where a.channel = ev->'address'->>'channel' and a.space = ev->'address'->>'space' and a.thread = v_thread) then
          v_thread := concat(ev->>'dedupeKey', '#', v_inbox);
        end if;
      else
        select a.conversation_id into v_conversation from addresses a
          where a.channel = ev->'address'->>'channel' and a.space = ev->'address'->>'space' and a.thread = v_thread;
      end if;
    end if;
    v_is_new := v_conversation is null;
    if v_is_new then
      select person_id into v_person from identities where channel = ev->'address'->>'channel' and external_id = ev->'author'->>'externalId';
      if v_person is null and v_kind <> 'bounce' then
        insert into people (name) values (ev->'author'->>'name') returning id into v_person;
        insert into identities (channel, external_id, person_id, level, evidence, email)
          values (ev->'address'->>'channel', ev->'author'->>'externalId', v_person, coalesce(ev->'identity'->>'level', 'anonymous'),
                  ev->'identity'->>'evidence', ev->'identity'->>'email')
          on conflict (channel, external_id) do update set seen_at = now() returning person_id into v_person;
      end if;
      insert into conversations (kind, channel, title, priority, person_id, customer_id, customer_name, organization, linked_to)
        values ('customer', ev->'address'->>'channel', coalesce(ev->>'title', ''), (ev->>'priority')::smallint, v_person,
                ev->'author'->>'externalId', ev->'author'->>'name', ev->'identity'->>'organization', v_candidate)
        returning id into v_conversation;
    end if;
    if ev->'identity'->>'level' = 'verified' then
      update identities set level = 'verified', evidence = ev->'identity'->>'evidence', seen_at = now()
        where channel = ev->'address'->>'channel' and external_id = ev->'author'->>'externalId' and level <> 'verified';
      -- A participant who wrote for the first time: what they have proven counts from now on.
      if ev ? 'threading' and v_kind <> 'bounce' and not exists (select from identities i
          where i.channel = ev->'address'->>'channel' and i.external_id = ev->'author'->>'externalId') then
        insert into people (name) values (ev->'author'->>'name') returning id into v_person;
        insert into identities (channel, external_id, person_id, level, evidence, email)
          values (ev->'address'->>'channel', ev->'author'->>'externalId', v_person, 'verified', ev->'identity'->>'evidence', ev->'identity'->>'email')
          on conflict (channel, external_id) do update set level = 'verified', seen_at = now();
      end if;
    end if;
    -- The newest address is where the answer goes; a coarse clock must not make two of them equally new.
    v_touched := greatest(clock_timestamp(), v_touched + interval '1 microsecond');
    -- A report about a message of ours names that message, not the thread it stands in.
    if v_kind not in ('feedback', 'edit', 'delete') or ev->>'attention' is distinct from 'overheard' then
      insert into addresses as a (channel, space, thread, conversation_id, state, touched_at)
      values (ev->'address'->>'channel', ev->'address'->>'space', v_thread, v_conversation, ev->'address'->'state', v_touched)
      -- Whoever writes, proven, from a place that was given up can be reached there again.
      on conflict (channel, space, thread) do update set state = excluded.state, touched_at = excluded.touched_at,
          blocked = case when ev->'identity'->>'level' = 'verified' and v_kind = 'message' and not ev->'body' ? 'noReply' then null else a.blocked end
        where a.conversation_id = excluded.conversation_id and excluded.state is not null;
    end if;
    if ev ? 'threading' and v_kind <> 'bounce' then
      -- Whoever only claims to be somebody in a conversation must not bring others into it; where there is nothing yet, they may.
      insert into participants select v_conversation, p from (
          select ev->'author'->>'externalId' p union select jsonb_array_elements_text(ev->'threading'->'participants')
            where v_is_new or ev->'identity'->>'level' = 'verified') x
        on conflict do nothing;
    end if;

    update conversations c set
        inbox_seq = inbox_seq + 1,
        -- Each message restarts the pause in which a burst settles, but the first one never waits for more than three of them.
        wake_at = case when c.wake_at is null or c.wake_at <= clock_timestamp() then coalesce(c.wake_at, clock_timestamp() + make_interval(secs => (ev->>'settleMs')::float / 1000))
          when c.attempts > 0 then c.wake_at
          else least(clock_timestamp() + make_interval(secs => (ev->>'settleMs')::float / 1000),
                     (select i.at from inbox i where i.conversation_id = c.id and i.seq = c.consumed_seq + 1) + make_interval(secs => 3 * (ev->>'settleMs')::float / 1000)) end,
        priority = greatest(c.priority, (ev->>'priority')::smallint),
        -- A colleague answers while a turn is at work: what that turn makes is not said any more.
        version = c.version + (c.kind = 'customer' and c.reading_by is not null and v_kind = 'message' and ev->'author'->>'role' = 'human'
          and coalesce(ev->>'attention', '') <> 'addressed')::int,
        queue_at = least(c.queue_at, queue_position(clock_timestamp(), greatest(c.priority, (ev->>'priority')::smallint)))
      where c.id = v_conversation returning inbox_seq, consumed_seq into v_seq, v_consumed;

    v_message := null;
    if v_kind = 'message' then
      insert into messages (conversation_id, seq, role, author_id, author_name, visibility, external_id, markdown, attachments, meta, at)
        values (v_conversation, v_seq, ev->'author'->>'role', ev->'author'->>'externalId', ev->'author'->>'name',
          case when ev->'body' ? 'noReply' or (ev->'body'->>'internal')::boolean then 'internal' else 'customer' end,
          ev->>'externalId', ev->'body'->'content'->>'markdown', ev->'body'->'content'->'attachments',
          case when ev->'body' ? 'noReply' then jsonb_build_object('noReply', ev->'body'->'noReply') else '{}' end, (ev->>'at')::timestamptz)
        returning id into v_message;
    elsif v_kind in ('edit', 'delete') then
      select id, seq, markdown into v_target from messages
        where conversation_id = v_conversation and external_id = ev->'body'->>'of'
          and (role = 'customer' or (role = 'human' and author_id = ev->'author'->>'externalId')) order by id limit 1;
      if v_target.id is not null then
        v_message := v_target.id;
        insert into message_versions (message_id, markdown) values (v_target.id, v_target.markdown);
        if v_kind = 'edit' then
          update messages set markdown = ev->'body'->'content'->>'markdown', attachments = ev->'body'->'content'->'attachments', edited_at = now()
            where id = v_target.id;
        else
          update messages set markdown = '', attachments = '[]', deleted_at = now() where id = v_target.id;
        end if;
        if v_target.seq > v_consumed then update conversations set version = version + 1 where id = v_conversation; end if;
      end if;
    elsif v_kind = 'action' and ev->'body'->>'action' = 'cancel' and v_seq - 1 > v_consumed then
      update conversations set version = version + 1 where id = v_conversation;
    elsif v_kind = 'feedback' then
      insert into feedback (message_id, author_id, score)
        select m.id, ev->'author'->>'externalId', (ev->'body'->>'score')::smallint from messages m
          where m.conversation_id = v_conversation and (m.external_id = ev->'body'->>'of' or m.id::text = ev->'body'->>'of'
            -- A later part of a long answer.
            or exists (select from outbox q where q.message_id = m.id and q.provider_id = ev->'body'->>'of')) limit 1
        on conflict (message_id, author_id) do update set score = excluded.score, at = now();
    end if;

    insert into inbox (id, conversation_id, seq, message_id, event, trace) overriding system value
      values (v_inbox, v_conversation, v_seq, v_message, ev - 'inspect' - 'trace', ev->>'trace');
    v_result := v_result || jsonb_build_object('kind', 'accepted', 'conversationId', v_conversation::text, 'messageId', v_message::text, 'seq', v_seq);
  end loop;
  return v_result;
end $$;

-- The first message of a desk is its card.
create or replace function escalation_json(e escalations) returns jsonb language sql stable as $$
  select jsonb_build_object('id', e.id::text, 'code', e.code, 'conversationId', e.conversation_id::text,
    'deskConversationId', e.desk_conversation_id::text, 'epoch', e.epoch, 'reason', e.reason, 'brief', e.brief, 'status', e.status,
    'claimedBy', e.claimed_by, 'claimedById', e.claimed_by_id, 'openedAt', e.opened_at,
    'cardMessageId', k.id::text, 'card', k.meta->'card')
  from (select null) one left join lateral (select m.id, m.meta from messages m where m.conversation_id = e.desk_conversation_id order by m.id limit 1) k on true
$$;

-- Claims up to p_limit due conversations for p_worker and reads everything unread in them.
create or replace function claim_reading(p_worker text, p_limit int, p_lease interval) returns setof jsonb language plpgsql as $$
declare
  v_id bigint;
  v_takeover boolean;
  c conversations;
  e escalations;
  o conversations;
begin
  for v_id, v_takeover in
    select x.id, x.reading_until is not null from conversations x
      where x.wake_at <= clock_timestamp() and (x.reading_until is null or x.reading_until < clock_timestamp())
      order by x.queue_at limit p_limit for update skip locked
  loop
    update conversations set reading_by = p_worker, reading_until = clock_timestamp() + p_lease,
        attempts = attempts + v_takeover::int where id = v_id returning * into c;
    e := null; o := null;
    if c.kind = 'desk' then
      select * into e from escalations where desk_conversation_id = c.id;
      select * into o from conversations where id = e.conversation_id;
    elsif c.status in ('waiting', 'human', 'resolved') or c.epoch > 0 then
      -- The case that people are at; an older one may have been opened again.
      select * into e from escalations where conversation_id = c.id order by status = 'resolved', id desc limit 1;
      select * into o from conversations where id = e.desk_conversation_id;
    end if;
    return next jsonb_build_object('conversation', conversation_json(c), 'consumed', c.consumed_seq, 'attempts', c.attempts,
      'receiptHash', c.receipt_hash, 'stream', c.stream,
      'identity', (select i.level from identities i where i.channel = c.channel and i.external_id = c.customer_id),
      'escalation', case when e.id is not null then escalation_json(e) end,
      'counterpart', case when o.id is not null then conversation_json(o) end,
      'pending', coalesce((select jsonb_agg(jsonb_build_object('seq', i.seq, 'messageId', i.message_id::text, 'event', i.event, 'trace', i.trace, 'acceptedAt', i.at) order by i.seq)
        from inbox i where i.conversation_id = c.id and i.seq > c.consumed_seq), '[]'));
  end loop;
end $$;

-- Everything one turn changes, in one go; null when any expected version has moved (nothing is written then).
-- {worker, conversation, version, consumed,
--  changes: [{conversation, version, status?, owner?, newEpoch?, locale?, title?}],
--  names: [{conversation, channel, id, name, email?}], files: [{messageId, attachments}], decisions: [{key, speaks, reason}],
--  escalation?: {code, conversation, reason, brief, priority, desk: {channel, space, thread?}, card: {markdown, meta}},
--  escalationUpdate?: {id, status, claimedBy?, card?}, refusals: [{actionId, reason}],
--  messages: [{conversation, role, authorId, authorName, visibility, markdown, attachments, meta}],
--  outbox: [{message (place in messages) | messageId, conversation, by, channel, space, thread, payload, trace}],
--  block?: {conversation, reason, recipient}, memories: [...], receipt: {hash, previous, payload}}
-- Answers {messages: [id], outbox: [{id, conversationId, now, …}], escalationId}. Rows marked `now` are already under the
-- worker's delivery lease with their first attempt recorded: the worker sends them at once.
create or replace function commit_turn(p jsonb, p_lease interval) returns jsonb language plpgsql as $$
declare
  v_worker text := p->>'worker';
  v_id bigint := (p->>'conversation')::bigint;
  v_expected jsonb;
  v_locked int;
  x jsonb;
  v_messages bigint[] := '{}';
  v_new bigint;
  v_desk bigint;
  v_escalation bigint;
  v_card bigint;
  v_out jsonb := '[]';
  v_rows jsonb;
  v_now boolean;
  v_home jsonb;
  c conversations;
begin
  v_expected := jsonb_build_object(v_id::text, p->'version');
  for x in select value from jsonb_array_elements(coalesce(p->'changes', '[]')) loop
    v_expected := v_expected || jsonb_build_object(x->>'conversation', x->'version');
  end loop;
  -- Locked in id order, so that two commits that meet never wait for each other in a circle.
  select count(*) into v_locked from (
    select 1 from conversations k join jsonb_each_text(v_expected) w on k.id = w.key::bigint and k.version = w.value::int
      and (k.id <> v_id or k.reading_by = v_worker) order by k.id for no key update of k) l;
  if v_locked < (select count(*) from jsonb_object_keys(v_expected)) then return null; end if;

  update conversations k set version = k.version + 1, consumed_seq = greatest(k.consumed_seq, (p->>'consumed')::int), attempts = 0, stream = null,
      receipt_hash = coalesce(p->'receipt'->>'hash', k.receipt_hash), reading_by = null, reading_until = null,
      wake_at = case when k.inbox_seq > (p->>'consumed')::int then clock_timestamp() end,
      queue_at = case when k.inbox_seq > (p->>'consumed')::int then queue_position(clock_timestamp(), k.priority) end
    where k.id = v_id;
  for x in select value from jsonb_array_elements(coalesce(p->'changes', '[]')) loop
    update conversations k set
        version = k.version + (k.id <> v_id)::int,
        status = coalesce(x->>'status', k.status),
        owner = case when x ? 'owner' then x->>'owner' else k.owner end,
        locale = coalesce(x->>'locale', k.locale),
        title = coalesce(x->>'title', k.title),
        epoch = k.epoch + coalesce((x->>'newEpoch')::boolean, false)::int
      where k.id = (x->>'conversation')::bigint;
  end loop;

  for x in select value from jsonb_array_elements(coalesce(p->'messages', '[]')) loop
    insert into messages (conversation_id, role, author_id, author_name, visibility, markdown, attachments, meta)
      values ((x->>'conversation')::bigint, x->>'role', x->>'authorId', x->>'authorName', coalesce(x->>'visibility', 'customer'),
        x->>'markdown', coalesce(x->'attachments', '[]'), coalesce(x->'meta', '{}')) returning id into v_new;
    v_messages := v_messages || v_new;
  end loop;

  if p ? 'escalation' then
    x := p->'escalation';
    insert into conversations (kind, channel, title, priority, customer_id)
      values ('desk', x->'desk'->>'channel', x->'brief'->>'question', (select priority from conversations where id = (x->>'conversation')::bigint), 'desk')
      returning id into v_desk;
    insert into escalations (code, status, claimed_by, claimed_by_id, claimed_at, conversation_id, desk_conversation_id, epoch, reason, brief, previous_id)
      values (x->>'code', case when x ? 'claimedBy' then 'claimed' else 'open' end, x->>'claimedBy', x->>'claimedById', case when x ? 'claimedBy' then now() end, (x->>'conversation')::bigint, v_desk, (select epoch from conversations where id = (x->>'conversation')::bigint), x->>'reason', x->'brief',
        (select max(id) from escalations where conversation_id = (x->>'conversation')::bigint))
      returning id into v_escalation;
    insert into messages (conversation_id, role, author_id, visibility, markdown, meta)
      values (v_desk, 'bot', 'frontdesk', 'internal', x->'card'->>'markdown', x->'card'->'meta') returning id into v_card;
    -- A desk whose threads we name ourselves is the console; elsewhere the address comes with the card's receipt.
    -- The console shows every case and may work on it, wherever the desk is.
    insert into addresses (channel, space, thread, conversation_id) values ('web', 'desk', v_escalation::text, v_desk);
    v_rows := jsonb_build_object('messageId', v_card::text, 'conversation', v_desk::text, 'by', 'system', 'channel', x->'desk'->>'channel',
      'space', x->'desk'->>'space', 'thread', case when (x->'desk'->>'ownThreads')::boolean then v_escalation::text else '' end,
      'payload', x->'card'->'payload', 'trace', p->>'trace');
  end if;
  if p ? 'escalationUpdate' then
    x := p->'escalationUpdate';
    update escalations set status = x->>'status', claimed_by = coalesce(x->>'claimedBy', claimed_by),
        claimed_by_id = case when x ? 'claimedBy' then x->>'claimedById' else claimed_by_id end,
        claimed_at = case when x->>'status' = 'claimed' then coalesce(claimed_at, now()) else claimed_at end,
        resolved_at = case when x->>'status' = 'resolved' then now() end
      where id = (x->>'id')::bigint;
    if x ? 'card' then
      update messages m set meta = m.meta || jsonb_build_object('card', x->'card') where m.id = (
        select min(k.id) from messages k join escalations e on e.desk_conversation_id = k.conversation_id where e.id = (x->>'id')::bigint);
    end if;
  end if;
  if p ? 'names' then
    for x in select value from jsonb_array_elements(p->'names') loop
      update conversations k set customer_name = x->>'name' where k.id = (x->>'conversation')::bigint and k.customer_id = x->>'id' and k.customer_name is null;
      update messages m set author_name = x->>'name' where m.conversation_id = (x->>'conversation')::bigint and m.author_id = x->>'id' and m.author_name is null;
      update identities i set email = x->>'email' where i.channel = x->>'channel' and i.external_id = x->>'id' and i.email is null and x ? 'email';
    end loop;
  end if;
  if p ? 'files' then
    update messages m set attachments = f->'attachments' from jsonb_array_elements(p->'files') f where m.id = (f->>'messageId')::bigint;
  end if;
  if jsonb_array_length(p->'decisions') > 0 then
    insert into decisions (key, conversation_id, channel, space, thread, speaks, reason)
      select d->>'key', v_id, d->'address'->>'channel', d->'address'->>'space', d->'address'->>'thread', (d->>'speaks')::boolean, d->>'reason'
        from jsonb_array_elements(p->'decisions') d
      on conflict (key) do update set conversation_id = excluded.conversation_id, speaks = excluded.speaks, reason = excluded.reason, at = now();
  end if;
  insert into refusals (escalation_id, action_id, reason)
    select (r->>'escalationId')::bigint, r->>'actionId', r->>'reason' from jsonb_array_elements(coalesce(p->'refusals', '[]')) r on conflict do nothing;
  if p ? 'block' then
    -- Somebody in copy who cannot be reached leaves; the customer goes on getting answers.
    delete from participants d using conversations k where k.id = d.conversation_id and d.conversation_id = (p->'block'->>'conversation')::bigint
      and d.external_id = p->'block'->>'recipient' and d.external_id <> k.customer_id;
    if not found then
      update addresses set blocked = p->'block'->>'reason' where conversation_id = (p->'block'->>'conversation')::bigint;
    end if;
  end if;
  insert into memories (person_id, content_hash, kind, text, importance, expires_at)
    select distinct on (1, 2) (m->>'personId')::bigint, m->>'hash', m->>'kind', m->>'text', (m->>'importance')::real, (m->>'expiresAt')::timestamptz
      from jsonb_array_elements(coalesce(p->'memories', '[]')) m
    on conflict (person_id, content_hash) do update set importance = greatest(memories.importance, excluded.importance), expires_at = excluded.expires_at;
  if p ? 'receipt' then
    insert into receipts (conversation_id, version, previous_hash, hash, payload)
      values (v_id, (p->>'version')::int + 1, p->'receipt'->>'previous', p->'receipt'->>'hash', p->'receipt'->'payload');
  end if;

  for x in select value from jsonb_array_elements(coalesce(p->'outbox', '[]') || coalesce(v_rows, '[]')) loop
    select * into c from conversations k where k.id = (x->>'conversation')::bigint for no key update;
    -- Written for a thread without a name, while its card landed.
    if c.kind = 'desk' and x->>'thread' = '' then
      v_home := address_of(c);
      -- A card that was given up is tried once more, and first: what belongs below it waits for the lane.
      if v_home is null then
        update outbox o set dead_at = null, error = null where o.id = (select min(f.id) from outbox f where f.conversation_id = c.id)
          and o.delivered_at is null and o.dead_at is not null
          -- Not beside one that is drawn anew: that one is the card then.
          and not exists (select from outbox r where r.message_id = o.message_id and r.id <> o.id and (r.delivered_at is not null or r.dead_at is null));
        if found then
          update conversations k set deliver_at = coalesce(k.deliver_at, clock_timestamp()) where k.id = c.id returning * into c;
        end if;
      end if;
      if v_home->>'channel' = x->>'channel' then x := x || jsonb_build_object('space', v_home->'space', 'thread', v_home->'thread'); end if;
    end if;
    v_now := (c.deliver_at is null and (c.delivering_until is null or c.delivering_until < clock_timestamp()))
      or exists (select from jsonb_array_elements(v_out) y where y->>'conversationId' = c.id::text and (y->>'now')::boolean);
    v_now := v_now and not exists (select from pacing q where q.key = concat(x->>'channel', ':', x->>'space') and q.not_before > clock_timestamp());
    insert into outbox (conversation_id, message_id, said_by, channel, space, thread, payload, trace, attempt, sending_at)
      values (c.id, coalesce((x->>'messageId')::bigint, v_messages[(x->>'message')::int + 1]), x->>'by', x->>'channel', x->>'space', x->>'thread',
        x->'payload', x->>'trace', v_now::int, case when v_now then clock_timestamp() end) returning id into v_new;
    update conversations k set deliver_at = coalesce(k.deliver_at, clock_timestamp()),
        delivering_by = case when v_now then v_worker else k.delivering_by end,
        delivering_until = case when v_now then clock_timestamp() + p_lease else k.delivering_until end
      where k.id = c.id;
    v_out := v_out || (x || jsonb_build_object('id', v_new::text, 'conversationId', c.id::text, 'now', v_now, 'attempt', v_now::int,
      'messageId', coalesce(x->>'messageId', v_messages[(x->>'message')::int + 1]::text), 'acceptedAt', clock_timestamp(),
      'state', (select a.state from addresses a where a.channel = x->>'channel' and a.space = x->>'space' and a.thread = x->>'thread'),
      'shownAs', (select m.external_id from messages m where m.id = (x->>'messageId')::bigint),
      'blocked', (select a.blocked from addresses a where a.channel = x->>'channel' and a.space = x->>'space' and a.thread = x->>'thread'),
      'participants', participants_of(c.id)));
  end loop;
  return jsonb_build_object('messages', (select coalesce(jsonb_agg(m::text), '[]') from unnest(v_messages) m), 'outbox', v_out, 'escalationId', v_escalation::text);
end $$;

-- Claims conversations whose delivering lane is due, records the attempt of their sendable rows, and returns them.
-- A row whose sending_at was set before is half-sent: it is looked up before it is sent again. Text of the bot for a
-- conversation that a person has meanwhile is withdrawn here, before any attempt.
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
        'channel', m.channel, 'space', m.space,
        'thread', case when m.thread = '' and v_home->>'channel' = m.channel then v_home->>'thread' else m.thread end, 'payload', m.payload, 'attempt', m.attempt, 'halfSent', m.half_sent, 'trace', m.trace,
        'acceptedAt', m.created_at, 'state', a.state, 'blocked', a.blocked,
        'shownAs', (select s.external_id from messages s where s.id = m.message_id),
        'participants', participants_of(m.conversation_id)) order by m.id)
      into v_rows from marked m left join addresses a on a.channel = m.channel and a.space = m.space
        and a.thread = case when m.thread = '' and v_home->>'channel' = m.channel then v_home->>'thread' else m.thread end;
    if v_rows is null then
      update conversations set deliver_at = null, delivering_by = null, delivering_until = null where id = v_id;
    else
      return next jsonb_build_object('conversationId', v_id::text, 'status', c.status, 'rows', v_rows);
    end if;
  end loop;
end $$;

-- Stores what became of sends and gives their lanes back.
-- [{conversation, results: [{id, ok, externalId?, address?, permanent?, withdrawn?, error?, pauseMs?, unsent?, paceMs?}]}]
-- A dead row of a customer's conversation comes back as an event of that conversation, so that a person is told; one that was
-- withdrawn does not. A worker that lost the lane meanwhile only adds what it knows to have arrived: the rest is for whoever
-- has the lane now.
create or replace function finish_delivering(p_worker text, p jsonb) returns void language plpgsql as $$
declare
  x jsonb;
  r jsonb;
  o outbox;
  v_pause float;
  v_ours boolean;
  v_desk bigint;
  v_held jsonb;
begin
  -- A reply of a person is confirmed at the desk: its conversations are locked with the others, in id order.
  if exists (select from outbox q where q.said_by = 'human'
      and q.id = any (array(select (s->>'id')::bigint from jsonb_path_query(p, '$[*].results[*] ? (@.ok == true)') s))) then
    perform from conversations k where k.id in (
        select (d->>'conversation')::bigint from jsonb_array_elements(p) d
        union select e.desk_conversation_id from jsonb_array_elements(p) d join escalations e on e.conversation_id = (d->>'conversation')::bigint)
      order by k.id for no key update;
  end if;
  for x in select value from jsonb_array_elements(p) order by (value->>'conversation')::bigint loop
    v_pause := null;
    select k.delivering_by is not distinct from p_worker into v_ours from conversations k where k.id = (x->>'conversation')::bigint for no key update;
    for r in select value from jsonb_array_elements(x->'results') loop
      if (r->>'ok')::boolean then
        update outbox set delivered_at = clock_timestamp(), provider_id = r->>'externalId', error = null
          where id = (r->>'id')::bigint and delivered_at is null returning * into o;
        if found then
          update messages set external_id = r->>'externalId' where id = o.message_id and external_id is null and r ? 'externalId';
          -- Only for a thread that is new: whoever holds the lock may wait for this conversation.
          if r->'address' is not null and (r->'address'->>'thread') <> o.thread and not exists (select from addresses a
              where a.channel = r->'address'->>'channel' and a.space = r->'address'->>'space' and a.thread = r->'address'->>'thread') then
            perform pg_advisory_xact_lock(thread_lock(r->'address'));
            insert into addresses (channel, space, thread, conversation_id, state)
              values (r->'address'->>'channel', r->'address'->>'space', r->'address'->>'thread', o.conversation_id, r->'address'->'state')
              on conflict do nothing;
            with freed as (
              delete from held_events h where h.channel = r->'address'->>'channel' and h.space = r->'address'->>'space' and h.thread = r->'address'->>'thread'
                returning h.event, h.place
            )
            select jsonb_agg(f.event order by f.place) into v_held from freed f;
            if v_held is not null then perform accept_events(v_held); end if;
          end if;
          if o.said_by = 'human' and o.payload->'meta' ? 'relays' then
            -- Where it was written, which need not be the newest case.
            select e.desk_conversation_id into v_desk from escalations e where e.conversation_id = o.conversation_id
              order by exists (select from messages m where m.external_id = o.payload->'meta'->>'relays' and m.conversation_id = e.desk_conversation_id) desc, e.id desc limit 1;
            if v_desk is not null then
              perform tell_conversation(v_desk, 'delivered:' || o.id, 'delivered', '', o.payload->'meta'->>'relays');
            end if;
          end if;
        end if;
      elsif not v_ours then
        continue;
      elsif (r->>'unsent')::boolean then
        update outbox set attempt = greatest(0, attempt - 1), sending_at = case when (r->>'halfSent')::boolean then sending_at end where id = (r->>'id')::bigint and delivered_at is null;
        v_pause := greatest(coalesce(v_pause, 0), coalesce((r->>'pauseMs')::float, 0));
      elsif (r->>'permanent')::boolean then
        update outbox set dead_at = clock_timestamp(), error = r->>'error' where id = (r->>'id')::bigint and delivered_at is null and dead_at is null returning * into o;
        if found and o.said_by <> 'system' and not coalesce((r->>'withdrawn')::boolean, false) then
          perform tell_conversation(o.conversation_id, 'dead:' || o.id, 'delivery-failed', r->>'error', o.payload->'meta'->>'relays');
        elsif found and o.said_by = 'system' and not o.payload ? 'redraws' and exists (select from messages k where k.id = o.message_id and k.meta ? 'card') then
          -- Nobody at the desk can see this case: whoever reads the conversation is told, once.
          insert into messages (conversation_id, role, author_id, visibility, markdown, attachments, meta)
            select e.conversation_id, 'bot', 'frontdesk', 'internal', concat('The desk could not be shown case ', e.code, ': ', r->>'error', '. It is open in the console.'),
                '[]', '{"kind": "notice"}' from escalations e
              where e.desk_conversation_id = o.conversation_id and not exists (select from messages m where m.conversation_id = e.conversation_id
                and m.visibility = 'internal' and starts_with(m.markdown, concat('The desk could not be shown case ', e.code)));
        end if;
      else
        -- sending_at stays: whether the platform took it is unknown unless it said so.
        update outbox set error = r->>'error', sending_at = case when (r->>'refused')::boolean then null else sending_at end,
            not_before = clock_timestamp() + make_interval(secs => (r->>'pauseMs')::float / 1000) where id = (r->>'id')::bigint;
        v_pause := greatest(coalesce(v_pause, 0), (r->>'pauseMs')::float);
        if r ? 'paceMs' then
          insert into pacing as q (key, not_before)
            select concat(b.channel, ':', b.space), clock_timestamp() + make_interval(secs => (r->>'paceMs')::float / 1000) from outbox b where b.id = (r->>'id')::bigint
            on conflict (key) do update set not_before = greatest(q.not_before, excluded.not_before);
        end if;
      end if;
    end loop;
    update conversations k set delivering_by = null, delivering_until = null,
        deliver_at = case when exists (select from outbox q where q.conversation_id = k.id and q.delivered_at is null and q.dead_at is null)
          then clock_timestamp() + make_interval(secs => coalesce(v_pause, 0) / 1000) end
      where k.id = (x->>'conversation')::bigint and k.delivering_by = p_worker;
  end loop;
end $$;

-- Reminds the desks of cases that nobody has taken for p_after, once each; answers how many. One that somebody works on at
-- this moment is left for the next time, so that this waits for nobody.
create function remind_unclaimed(p_after interval) returns int language plpgsql as $$
declare
  e escalations;
  v_count int := 0;
begin
  for e in select x.* from escalations x join conversations k on k.id = x.desk_conversation_id
      where x.status = 'open' and x.reminded_at is null and x.opened_at < now() - p_after
      order by x.desk_conversation_id limit 200 for no key update skip locked loop
    update escalations set reminded_at = now() where id = e.id;
    perform tell_conversation(e.desk_conversation_id, 'remind:' || e.id, 'remind', '', null);
    v_count := v_count + 1;
  end loop;
  return v_count;
end $$;

-- Gives up on desk threads that never became known, and answers which.
create function expire_held(p_after interval) returns table (channel text, space text, thread text) language sql as $$
  delete from held_events h where h.at < now() - p_after returning h.channel, h.space, h.thread
$$;
