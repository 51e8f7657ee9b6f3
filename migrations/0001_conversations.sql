-- People, conversations and everything said in them.
-- External ids are unique within a channel; ids of ours are bigints that the application handles as decimal strings.

create table organizations (
  id bigint generated always as identity primary key,
  key text not null unique,
  name text not null,
  created_at timestamptz not null default now()
);

create table people (
  id bigint generated always as identity primary key,
  name text,
  organization_id bigint references organizations,
  created_at timestamptz not null default now()
);

create table identities (
  channel text not null,
  external_id text not null,
  person_id bigint not null references people,
  level text not null check (level in ('verified', 'claimed', 'anonymous')),
  evidence text,
  email text,
  seen_at timestamptz not null default now(),
  primary key (channel, external_id)
);
create index identities_person on identities (person_id);

-- The conversation row is the queue, with two lanes: reading (wake_at) and delivering (deliver_at). Each lane has its own
-- lease. queue_at orders the reading lane: wake_at less a head start for priority, so that the low still come up.
create table conversations (
  id bigint generated always as identity primary key,
  kind text not null check (kind in ('customer', 'desk')),
  channel text not null,
  status text not null default 'bot' check (status in ('bot', 'waiting', 'human', 'resolved')),
  owner text,
  title text not null default '',
  locale text not null default '',
  priority smallint not null default 1 check (priority between 0 and 4),
  epoch int not null default 0,
  version int not null default 0,
  person_id bigint references people,
  customer_id text not null,
  customer_name text,
  organization text,
  linked_to bigint references conversations,
  inbox_seq int not null default 0,
  consumed_seq int not null default 0,
  wake_at timestamptz,
  queue_at timestamptz,
  reading_by text,
  reading_until timestamptz,
  attempts int not null default 0,
  deliver_at timestamptz,
  delivering_by text,
  delivering_until timestamptz,
  receipt_hash text not null default '',
  created_at timestamptz not null default now()
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02);
create index conversations_reading on conversations (queue_at) where wake_at is not null;
create index conversations_delivering on conversations (deliver_at) where deliver_at is not null;
create index conversations_person on conversations (person_id);

-- One conversation may have several addresses. state is what the adapter needs to reply there; blocked says why nothing
-- may be sent there any more (a permanent bounce).
create table addresses (
  channel text not null,
  space text not null,
  thread text not null,
  conversation_id bigint not null references conversations,
  state jsonb,
  blocked text,
  touched_at timestamptz not null default now(),
  primary key (channel, space, thread)
) with (fillfactor = 85);
create index addresses_conversation on addresses (conversation_id);

-- Who takes part: the only people whose mail may continue a conversation.
create table participants (
  conversation_id bigint not null references conversations,
  external_id text not null,
  primary key (conversation_id, external_id)
);

create table messages (
  id bigint generated always as identity primary key,
  conversation_id bigint not null references conversations,
  seq int,
  role text not null check (role in ('customer', 'bot', 'human')),
  author_id text not null,
  author_name text,
  visibility text not null default 'customer' check (visibility in ('customer', 'internal')),
  external_id text,
  markdown text not null,
  attachments jsonb not null default '[]',
  meta jsonb not null default '{}',
  edited_at timestamptz,
  deleted_at timestamptz,
  at timestamptz not null default now()
) with (fillfactor = 90);
create index messages_conversation on messages (conversation_id, id);
create index messages_external on messages (external_id) where external_id is not null;

-- Every version of a text that was changed, so that the record stays true.
create table message_versions (
  message_id bigint not null references messages,
  replaced_at timestamptz not null default now(),
  markdown text not null
);
create index message_versions_message on message_versions (message_id);

create table feedback (
  message_id bigint not null references messages,
  author_id text not null,
  score smallint not null check (score in (-1, 1)),
  at timestamptz not null default now(),
  primary key (message_id, author_id)
);

create table inbox (
  id bigint generated always as identity primary key,
  conversation_id bigint not null references conversations,
  seq int not null,
  message_id bigint references messages,
  event jsonb not null,
  trace text,
  at timestamptz not null default now(),
  unique (conversation_id, seq)
);
create table dedupe (
  key text primary key,
  inbox_id bigint not null,
  at timestamptz not null default now()
);
create index dedupe_at on dedupe using brin (at);

create table outbox (
  id bigint generated always as identity primary key,
  conversation_id bigint not null references conversations,
  message_id bigint not null references messages,
  said_by text not null check (said_by in ('bot', 'human', 'system')),
  channel text not null,
  space text not null,
  thread text not null,
  payload jsonb not null,
  trace text,
  created_at timestamptz not null default now(),
  attempt int not null default 0,
  sending_at timestamptz,
  not_before timestamptz,
  delivered_at timestamptz,
  provider_id text,
  dead_at timestamptz,
  error text
) with (fillfactor = 85);
create index outbox_pending on outbox (conversation_id, id) where delivered_at is null and dead_at is null;
create index outbox_message on outbox (message_id);

create table escalations (
  id bigint generated always as identity primary key,
  code text not null,
  conversation_id bigint not null references conversations,
  desk_conversation_id bigint not null references conversations,
  epoch int not null,
  reason text not null,
  brief jsonb not null,
  status text not null default 'open' check (status in ('open', 'claimed', 'resolved')),
  claimed_by text,
  claimed_at timestamptz,
  resolved_at timestamptz,
  previous_id bigint references escalations,
  opened_at timestamptz not null default now()
);
create index escalations_conversation on escalations (conversation_id, id);
create unique index escalations_desk on escalations (desk_conversation_id);
create index escalations_status on escalations (status, id);

-- What a desk action could not do, for whoever pressed the button.
create table refusals (
  escalation_id bigint not null references escalations,
  action_id text not null,
  reason text not null,
  at timestamptz not null default now(),
  primary key (escalation_id, action_id)
);

create table memories (
  person_id bigint not null references people,
  content_hash text not null,
  kind text not null,
  text text not null,
  importance real not null,
  expires_at timestamptz,
  created_at timestamptz not null default now(),
  primary key (person_id, content_hash)
);

-- Hash-chained record of every turn: hashes and references, never the text itself.
create table receipts (
  conversation_id bigint not null references conversations,
  version int not null,
  previous_hash text not null,
  hash text not null,
  payload jsonb not null,
  at timestamptz not null default now(),
  primary key (conversation_id, version)
);

create table web_sessions (
  id uuid primary key,
  token_hash text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null
);
create index web_sessions_expiry on web_sessions (expires_at);
create table uploads (
  owner text not null,
  ref text not null,
  name text not null,
  mime text not null,
  bytes bigint not null,
  at timestamptz not null default now(),
  primary key (owner, ref)
);

-- Platform limits shared by processes, leases of listeners, reading positions, and input that a person should look at.
create table pacing (key text primary key, not_before timestamptz not null);
create table listener_leases (name text primary key, holder text not null, until timestamptz not null);
create table cursors (name text primary key, value jsonb not null, updated_at timestamptz not null default now());
create table quarantine (
  id bigint generated always as identity primary key,
  channel text not null,
  source text not null,
  reason text not null,
  blob_ref text,
  at timestamptz not null default now(),
  unique (channel, source)
);
