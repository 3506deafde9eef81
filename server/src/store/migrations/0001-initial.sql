-- The session row is the lock of everything that belongs to the session: whoever appends an event, claims or
-- ends a turn, or writes under a lease holds that row first. One order of locks, so no deadlock and no gap.

create extension if not exists pg_trgm;

create table organizations (
  id uuid primary key,
  name text not null,
  created_at timestamptz(3) not null
);

create table api_keys (
  id uuid primary key,
  organization_id uuid not null references organizations,
  name text,
  token_preview text not null,
  token_hash bytea not null constraint api_keys_token_hash_key unique,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  last_used_at timestamptz(3),
  revoked_at timestamptz(3)
);
create index api_keys_organization_index on api_keys (organization_id, id);

create table repositories (
  id uuid primary key,
  organization_id uuid not null references organizations,
  forge text not null,
  owner text not null,
  name text not null,
  connected_url text,
  -- What makes two spellings of a URL the same one.
  url_key text,
  description text,
  default_branch text not null,
  enabled_at timestamptz(3),
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  constraint repositories_url_key_check check ((connected_url is null) = (url_key is null))
);
create unique index repositories_path_key on repositories (forge, lower(owner), lower(name));
create unique index repositories_url_key on repositories (organization_id, url_key);
create index repositories_organization_index on repositories (organization_id, id);

create table sessions (
  id uuid primary key,
  organization_id uuid not null references organizations,
  number integer generated always as identity constraint sessions_number_key unique,
  title text not null,
  prompt text not null,
  description text,
  harness text not null,
  model text not null,
  provider text,
  branch_name text not null,
  target_branch text,
  base_branch text,
  status text not null
    check (status in ('draft', 'queued', 'inProgress', 'completed', 'failed', 'cancelled')),
  conversation_id text,
  last_seq bigint not null default 0,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  last_queued_at timestamptz(3)
) with (fillfactor = 80); -- Every append updates last_seq in place.
create index sessions_organization_index on sessions (organization_id, id);

-- Words beyond the first 10,000 characters are not found: a prompt may have a million.
create function session_search_text(title text, prompt text, description text) returns text
language sql immutable parallel safe
as $$ select title || E'\n' || left(prompt, 10000) || E'\n' || left(coalesce(description, ''), 10000) $$;
create index sessions_search_index on sessions
  using gin (session_search_text(title, prompt, description) gin_trgm_ops);

create table session_repositories (
  session_id uuid not null references sessions,
  repository_id uuid not null references repositories,
  position integer not null,
  directory text not null,
  branch_name text not null,
  target_branch text not null,
  base_sha text,
  primary key (session_id, repository_id),
  constraint session_repositories_directory_key unique (session_id, directory)
);
create index session_repositories_repository_index on session_repositories (repository_id);

create table messages (
  id uuid primary key,
  session_id uuid not null references sessions,
  -- The order of arrival, which ids of one millisecond do not tell.
  position bigint generated always as identity,
  content text not null,
  turn_id uuid,
  created_at timestamptz(3) not null,
  constraint messages_session_key unique (session_id, id)
);
create index messages_queued_index on messages (session_id, position) where turn_id is null;

create table turns (
  id uuid primary key,
  session_id uuid not null references sessions,
  message_id uuid not null,
  number integer not null,
  status text not null default 'queued'
    check (status in ('queued', 'running', 'completed', 'failed', 'cancelled')),
  attempt integer not null default 0,
  is_prompt_sent boolean not null default false,
  error_code text,
  error_message text,
  created_at timestamptz(3) not null,
  started_at timestamptz(3),
  stop_requested_at timestamptz(3),
  ended_at timestamptz(3),
  constraint turns_session_key unique (session_id, id),
  constraint turns_number_key unique (session_id, number),
  constraint turns_message_fkey foreign key (session_id, message_id) references messages (session_id, id),
  constraint turns_attempt_check check ((attempt > 0) = (started_at is not null)
    and (status <> 'queued' or attempt = 0) and (status <> 'running' or attempt > 0)),
  constraint turns_end_check check ((status in ('completed', 'failed', 'cancelled')) = (ended_at is not null)),
  constraint turns_error_check check ((status = 'failed') = (error_code is not null)
    and (error_code is null) = (error_message is null))
);
create unique index turns_active_key on turns (session_id) where status in ('queued', 'running');
create index turns_message_index on turns (session_id, message_id);
-- Deferred: a message and its turn name each other, and either may be written first.
alter table messages add constraint messages_turn_fkey
  foreign key (session_id, turn_id) references turns (session_id, id) deferrable initially deferred;
create index messages_turn_index on messages (session_id, turn_id);

create table events (
  session_id uuid not null references sessions,
  seq bigint not null,
  key text not null,
  message_id uuid,
  data jsonb not null,
  created_at timestamptz(3) not null,
  primary key (session_id, seq),
  constraint events_key unique (session_id, key),
  constraint events_message_fkey foreign key (session_id, message_id) references messages (session_id, id)
);
create index events_message_index on events (session_id, message_id, seq);

create table diffs (
  id uuid primary key,
  session_id uuid not null references sessions,
  repository_id uuid not null references repositories,
  root text not null,
  branch text not null,
  base_sha text,
  head_sha text not null,
  additions integer not null,
  deletions integer not null,
  changed_files integer not null,
  patch text not null,
  captured_at timestamptz(3) not null,
  constraint diffs_repository_key unique (session_id, repository_id)
);
create index diffs_session_index on diffs (session_id, id);
create index diffs_repository_index on diffs (repository_id);

create table pull_requests (
  id uuid primary key,
  organization_id uuid not null references organizations,
  session_id uuid not null references sessions,
  repository_id uuid not null references repositories,
  number integer not null,
  url text not null,
  title text not null,
  body text not null,
  status text not null check (status in ('open', 'merged', 'closed')),
  head_branch text not null,
  base_branch text not null,
  head_sha text not null,
  additions integer not null,
  deletions integer not null,
  merged_at timestamptz(3),
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  constraint pull_requests_number_key unique (repository_id, number)
);
create index pull_requests_organization_index on pull_requests (organization_id, id);
create index pull_requests_status_index on pull_requests (organization_id, status, id);
create index pull_requests_session_index on pull_requests (session_id, id);
create index pull_requests_search_index on pull_requests using gin (title gin_trgm_ops);

create table local_pull_requests (
  repository_id uuid not null references repositories,
  number integer not null,
  title text not null,
  body text not null,
  status text not null default 'open' check (status in ('open', 'merged', 'closed')),
  head text not null,
  base text not null,
  merged_at timestamptz(3),
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  primary key (repository_id, number),
  constraint local_pull_requests_merged_check check ((status = 'merged') = (merged_at is not null))
);
create unique index local_pull_requests_open_key on local_pull_requests (repository_id, head, base)
  where status = 'open';

create table workers (
  id uuid primary key,
  host text not null,
  started_at timestamptz(3) not null,
  heartbeat_at timestamptz(3) not null,
  stopped_at timestamptz(3)
);
create index workers_running_index on workers (heartbeat_at) where stopped_at is null;

-- TB001: another attempt holds the turn. TB002: there is no such row.

create function lock_session(the_session uuid) returns bigint language plpgsql as $$
declare
  last bigint;
begin
  select last_seq into last from sessions where id = the_session for no key update;
  if not found then
    raise exception 'There is no session %', the_session using errcode = 'TB002';
  end if;
  return last;
end $$;

-- Locks the session and proves that the attempt holds the turn, to the end of the transaction.
create function hold_lease(the_session uuid, the_turn uuid, the_attempt integer) returns boolean
language plpgsql as $$
begin
  perform lock_session(the_session);
  perform from turns where id = the_turn and session_id = the_session
    and attempt = the_attempt and status = 'running';
  if not found then
    raise exception 'Attempt % no longer holds turn %', the_attempt, the_turn using errcode = 'TB001';
  end if;
  return true;
end $$;

-- Appends the events ({key, messageId, data}, in order) whose keys are new, and returns the last seq. An attempt that has
-- ended its turn may repeat what it appended before, and nothing more.
create function append_events(
  the_session uuid, the_turn uuid, the_attempt integer, given jsonb, appended_at timestamptz
) returns bigint language plpgsql as $$
declare
  last bigint := lock_session(the_session);
  added integer;
  turn_status text;
begin
  if the_turn is not null then
    select status into turn_status from turns
      where id = the_turn and session_id = the_session and attempt = the_attempt;
    if not found then
      raise exception 'Attempt % no longer holds turn %', the_attempt, the_turn using errcode = 'TB001';
    end if;
  end if;
  with first_of_key as (
    select distinct on (value ->> 'key') value, place
    from jsonb_array_elements(given) with ordinality as one (value, place)
    order by value ->> 'key', place
  ), fresh as (
    select value, row_number() over (order by place) as step from first_of_key
    where not exists (select from events where session_id = the_session and key = value ->> 'key')
  ), written as (
    insert into events (session_id, seq, key, message_id, data, created_at)
    select the_session, last + step, value ->> 'key', (value ->> 'messageId')::uuid, value -> 'data', appended_at
    from fresh order by step
    returning seq
  )
  select count(*) into added from written;
  if added > 0 then
    if turn_status <> 'running' then
      raise exception 'Turn % has ended', the_turn using errcode = 'TB001';
    end if;
    update sessions set last_seq = last + added where id = the_session;
    perform pg_notify('tembo_events', the_session::text);
  end if;
  return last + added;
end $$;

-- Queues a turn as the session's next and returns its number; repeated, it returns the same one.
create function insert_turn(the_turn uuid, the_session uuid, the_message uuid, queued_at timestamptz)
returns integer language plpgsql as $$
declare
  result integer;
begin
  perform lock_session(the_session);
  select number into result from turns where id = the_turn;
  if not found then
    insert into turns (id, session_id, message_id, number, created_at)
    select the_turn, the_session, the_message, coalesce(max(number), 0) + 1, queued_at
    from turns where session_id = the_session
    returning number into result;
  end if;
  return result;
end $$;

create function claim_turn(the_turn uuid, claimed_at timestamptz) returns setof turns language plpgsql as $$
begin
  perform lock_session(session_id) from turns where id = the_turn;
  return query update turns
    set status = 'running', attempt = attempt + 1, started_at = coalesce(started_at, claimed_at)
    where id = the_turn and status in ('queued', 'running')
    returning *;
end $$;

-- Repeated by the attempt that ended it, the same end changes nothing.
create function end_turn(
  the_session uuid, the_turn uuid, the_attempt integer,
  end_status text, end_code text, end_message text, at timestamptz
) returns void language plpgsql as $$
begin
  perform lock_session(the_session);
  update turns set status = end_status, error_code = end_code, error_message = end_message, ended_at = at
    where id = the_turn and session_id = the_session and attempt = the_attempt and status = 'running';
  if not found then
    perform from turns where id = the_turn and session_id = the_session
      and attempt = the_attempt and status = end_status;
    if not found then
      raise exception 'Attempt % no longer holds turn %', the_attempt, the_turn using errcode = 'TB001';
    end if;
  end if;
end $$;

-- Repeated, it answers the same.
create function cancel_queued_turn(the_turn uuid, cancelled_at timestamptz) returns boolean
language plpgsql as $$
begin
  perform lock_session(session_id) from turns where id = the_turn;
  update turns set status = 'cancelled', ended_at = cancelled_at where id = the_turn and status = 'queued';
  return exists (select from turns where id = the_turn and status = 'cancelled' and attempt = 0);
end $$;

-- The open one of the same head and base, else a new one under the repository's next number.
create function insert_local_pull_request(
  the_repository uuid, the_title text, the_body text, the_head text, the_base text, opened_at timestamptz
) returns setof local_pull_requests language plpgsql as $$
begin
  perform from repositories where id = the_repository for no key update;
  return query select * from local_pull_requests
    where repository_id = the_repository and head = the_head and base = the_base and status = 'open';
  if not found then
    return query insert into local_pull_requests
      (repository_id, number, title, body, head, base, created_at, updated_at)
    select the_repository, coalesce(max(number), 0) + 1, the_title, the_body, the_head, the_base, opened_at, opened_at
    from local_pull_requests where repository_id = the_repository
    returning *;
  end if;
end $$;
