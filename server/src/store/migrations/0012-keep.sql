-- Each harness that worked in a session remembers it on its own.
create table conversations (
  session_id uuid not null references sessions on delete cascade,
  harness text not null,
  conversation_id text not null,
  -- The last event that this conversation took part in or was told of.
  seen_seq bigint not null,
  primary key (session_id, harness)
);
insert into conversations (session_id, harness, conversation_id, seen_seq)
  select id, coalesce(conversation_harness, harness), conversation_id, last_seq from sessions
  where conversation_id is not null;
alter table sessions drop column conversation_id,
  drop column conversation_harness,
  -- Asked for: the sandbox stays up at least until then after a turn.
  add column keep_alive_until timestamptz(3),
  -- When it was last looked at whether the workspace can go; it was removed then, or holds what is nowhere else.
  add column workspace_checked_at timestamptz(3);

-- Sandboxes that stay up after a turn, each in the hands of one worker.
create table kept_sandboxes (
  session_id uuid primary key references sessions on delete cascade,
  -- No reference: what a worker that died has left is cleared away by whoever finds it lost.
  worker_id uuid not null,
  until timestamptz(3) not null
);
create index kept_sandboxes_worker_index on kept_sandboxes (worker_id);
