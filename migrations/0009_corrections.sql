-- What customers were told and is no longer right: found by the documents that messages cite, corrected once.

-- Which messages quote a document. Ids alone: the quoted text would make it as large as the messages.
create index messages_cited on messages using gin (jsonb_path_query_array(meta, '$.citations[*].documentId') jsonb_path_ops)
  where meta ? 'citations';
-- What was said lately, for the questions of the last weeks.
create index messages_at on messages using brin (at);

-- A correction for one conversation, from draft to decision.
create table corrections (
  id bigint generated always as identity primary key,
  -- Of the document as it was changed; `gone` when it was deleted. No reference: a document may go while its corrections stay.
  document_id text not null,
  version int not null,
  gone boolean not null default false,
  conversation_id bigint not null references conversations,
  -- The message that said what is no longer right.
  message_id bigint not null references messages,
  old_text text not null,
  -- What the document says instead; null when it says nothing of it any more.
  new_text text,
  -- As the customer reads it.
  markdown text not null,
  status text not null default 'draft' check (status in ('draft', 'sent', 'dismissed')),
  -- Who was told: the customer, or the person at the desk who has the conversation. Null until it is sent.
  told text check (told in ('customer', 'desk')),
  -- The message that tells it.
  said_as bigint references messages,
  created_at timestamptz not null default now(),
  decided_by text,
  decided_at timestamptz,
  unique (document_id, version, gone, conversation_id),
  check ((status = 'sent') = (told is not null))
);
create index corrections_conversation on corrections (conversation_id);

-- May everybody who reads this conversation see a document of this visibility? As `visibleTo` in knowledge/visibility.ts decides for a
-- turn: what belongs to an organisation only where its verified customer writes and nobody from elsewhere was heard.
create function conversation_may_see(c conversations, p_visibility text) returns boolean language plpgsql stable as $$
begin
  return p_visibility = 'public' or (p_visibility = concat('org:', c.organization) and c.organization is not null
    and exists (select from identities i where i.channel = c.channel and i.external_id = c.customer_id and i.level = 'verified')
    and not exists (select from inbox x where x.conversation_id = c.id and x.event ? 'identity' and x.event->'author'->>'role' = 'customer'
      and x.event->'identity'->>'organization' is distinct from c.organization));
end $$;

-- Sends drafts, each exactly once: [{id, outcome}] with the outcomes of src/core/correction.ts. A case that is closed stays closed, and a
-- person who has the conversation is told at the desk instead. p_shows_rows: channels whose desk shows the customer's transcript by itself.
create function send_corrections(p_ids bigint[], p_by text, p_shows_rows text[]) returns jsonb language plpgsql as $$
declare
  r corrections;
  c conversations;
  d documents;
  v_locked bigint[];
  v_desk conversations;
  v_to jsonb;
  v_note text;
  v_meta jsonb;
  v_message bigint;
  v_posted bigint;
  v_outcome text;
  v_results jsonb := '[]';
  v_payload jsonb := '{"attachments": [], "actions": [], "author": {"role": "bot", "externalId": "frontdesk", "name": "Frontdesk"}}';
begin
  -- Locked in id order, as commits do it, desks with the rest: nobody waits in a circle, and whoever comes second sees what was sent.
  v_locked := array(select k.id from conversations k where k.id in (
      select x.conversation_id from corrections x where x.id = any (p_ids)
      union select e.desk_conversation_id from corrections x join escalations e on e.conversation_id = x.conversation_id
        where x.id = any (p_ids) and e.status <> 'resolved')
    order by k.id for no key update);
  for r in select * from corrections x where x.id = any (p_ids) order by x.id for update loop
    v_outcome := null;
    v_to := null;
    select * into c from conversations k where k.id = r.conversation_id;
    select * into d from documents x where x.id = r.document_id;
    if r.status <> 'draft' then v_outcome := 'already';
    elsif (d.id is null) <> r.gone or (not r.gone and d.version <> r.version) then v_outcome := 'outdated';
    elsif not r.gone and not conversation_may_see(c, d.visibility) then v_outcome := 'withheld';
    elsif c.status = 'human' then
      select k.* into v_desk from escalations e join conversations k on k.id = e.desk_conversation_id
        where e.conversation_id = c.id and e.status <> 'resolved' and k.id = any (v_locked) order by e.id desc limit 1;
      if v_desk.id is null then v_outcome := 'held'; end if;
    else
      -- Where it was said, if that is still there.
      select jsonb_build_object('channel', a.channel, 'space', a.space, 'thread', a.thread) into v_to
        from addresses a left join outbox o on o.message_id = r.message_id and o.channel = a.channel and o.space = a.space and o.thread = a.thread
        where a.conversation_id = c.id and a.blocked is null order by (o.id is not null) desc, a.touched_at desc limit 1;
      if v_to is null then v_outcome := 'unreachable'; end if;
    end if;
    if v_outcome is not null then
      v_results := v_results || jsonb_build_object('id', r.id::text, 'outcome', v_outcome);
      continue;
    end if;

    if c.status = 'human' then
      v_note := concat('The customer was told something here that is no longer right. You have the conversation, so this was not sent:', E'\n\n', r.markdown);
      v_meta := jsonb_build_object('kind', 'notice', 'corrects', r.message_id::text);
      insert into messages (conversation_id, role, author_id, author_name, visibility, markdown, meta)
        values (c.id, 'bot', 'frontdesk', 'Frontdesk', 'internal', v_note, v_meta) returning id into v_message;
      -- While its card is on the way the thread has no name yet: the row finds it when it is delivered.
      v_to := coalesce(address_of(v_desk), (select jsonb_build_object('channel', o.channel, 'space', o.space, 'thread', '')
        from outbox o where o.conversation_id = v_desk.id order by o.id desc limit 1));
      if v_to is not null and v_to->>'channel' <> all (p_shows_rows) then
        insert into messages (conversation_id, role, author_id, author_name, visibility, markdown, meta)
          values (v_desk.id, 'bot', 'frontdesk', 'Frontdesk', 'internal', v_note, v_meta) returning id into v_posted;
        insert into outbox (conversation_id, message_id, said_by, channel, space, thread, payload)
          values (v_desk.id, v_posted, 'system', v_to->>'channel', v_to->>'space', v_to->>'thread',
            v_payload || jsonb_build_object('markdown', v_note, 'meta', v_meta));
        update conversations k set deliver_at = coalesce(k.deliver_at, clock_timestamp()) where k.id = v_desk.id;
      end if;
    else
      v_meta := jsonb_build_object('kind', 'notice', 'corrects', r.message_id::text);
      if r.new_text is not null then
        v_meta := v_meta || jsonb_build_object('kind', 'answer', 'citations', jsonb_build_array(jsonb_strip_nulls(jsonb_build_object(
          'n', 1, 'documentId', d.id, 'title', d.title, 'url', d.url, 'text', r.new_text))));
      end if;
      insert into messages (conversation_id, role, author_id, author_name, visibility, markdown, meta)
        values (c.id, 'bot', 'frontdesk', 'Frontdesk', 'customer', r.markdown, v_meta) returning id into v_message;
      -- Said by the system: a person who takes the conversation now finds it in the transcript, and it arrives all the same.
      insert into outbox (conversation_id, message_id, said_by, channel, space, thread, payload)
        values (c.id, v_message, 'system', v_to->>'channel', v_to->>'space', v_to->>'thread',
          v_payload || jsonb_build_object('markdown', r.markdown, 'meta', v_meta));
      -- A turn that is at work has not read this: it is taken again.
      update conversations k set version = k.version + 1, deliver_at = coalesce(k.deliver_at, clock_timestamp()) where k.id = c.id;
    end if;
    update corrections x set status = 'sent', told = case when c.status = 'human' then 'desk' else 'customer' end, said_as = v_message,
        decided_by = p_by, decided_at = clock_timestamp() where x.id = r.id;
    v_results := v_results || jsonb_build_object('id', r.id::text, 'outcome', case when c.status = 'human' then 'noted' else 'sent' end);
  end loop;
  return v_results;
end $$;
