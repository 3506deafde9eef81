-- Null: everything a harness asks for is allowed.
alter table organizations add column permission_policy jsonb;

-- What was put to a person: whether a harness may do something, or a question in words.
create table asks (
  id uuid primary key,
  session_id uuid not null references sessions,
  turn_id uuid not null references turns,
  asked jsonb not null,
  created_at timestamptz(3) not null,
  expires_at timestamptz(3) not null,
  -- {by, text, comment}; null while it is open.
  answer jsonb,
  answered_at timestamptz(3),
  check ((answer is null) = (answered_at is null))
);
create index asks_session_index on asks (session_id, id);
create index asks_open_index on asks (turn_id) where answer is null;

-- What a session made beside its pull requests.
create table artifacts (
  id uuid primary key,
  session_id uuid not null references sessions,
  turn_id uuid references turns,
  type text not null,
  title text not null,
  output_type text,
  content text not null,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null
);
create index artifacts_session_index on artifacts (session_id, id);

-- The artifact that a planning turn ended with, and what was decided about it. Each turn has one at most.
create table plans (
  artifact_id uuid primary key references artifacts on delete cascade,
  session_id uuid not null references sessions,
  turn_id uuid not null unique references turns,
  -- Which of the turn's words it is: what the harness asked to carry out weighs more than what was read off its end.
  is_asked_for boolean not null,
  state text not null default 'proposed' check (state in ('proposed', 'approved', 'rejected')),
  comment text,
  -- The decision comes before its message, in one transaction.
  message_id uuid references messages deferrable initially deferred,
  decided_at timestamptz(3),
  check ((state = 'proposed') = (decided_at is null))
);
create index plans_session_index on plans (session_id, artifact_id);

-- The plan of a turn. One that the harness asked to carry out is replaced by another such alone, and a decided one by none.
create function save_plan(
  the_session uuid, the_turn uuid, the_attempt integer,
  the_artifact uuid, the_title text, the_output_type text, the_content text, asked_for boolean, at timestamptz
) returns void language plpgsql as $$
declare
  known plans;
begin
  perform hold_lease(the_session, the_turn, the_attempt);
  select * into known from plans where turn_id = the_turn;
  if not found then
    insert into artifacts (id, session_id, turn_id, type, title, output_type, content, created_at, updated_at)
      values (the_artifact, the_session, the_turn, 'Plan', the_title, the_output_type, the_content, at, at);
    insert into plans (artifact_id, session_id, turn_id, is_asked_for)
      values (the_artifact, the_session, the_turn, asked_for);
  elsif known.state = 'proposed' and (asked_for or not known.is_asked_for) then
    update artifacts set title = the_title, content = the_content, updated_at = at where id = known.artifact_id;
    update plans set is_asked_for = asked_for where turn_id = the_turn;
  end if;
end $$;
