-- Access that platforms granted to us for one of their workspaces or organisations; key is the platform's id of it.
-- sealed: its tokens, encrypted by a key made of FRONTDESK_SECRET and bound to this row; empty once access is gone.
-- revoked: why it cannot be used any more, in words; null while it can.
create table installations (
  channel text not null,
  key text not null,
  name text not null,
  sealed text not null,
  revoked text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (channel, key)
);
