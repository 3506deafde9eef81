-- Sessions that attempt the same task. The group has the ID of the first attempt's session. A person keeps one attempt.
-- The others are `ending` until a job has stopped and archived them, and has closed their pull requests.
create table session_attempts (
  session_id uuid primary key references sessions (id) on delete cascade,
  group_id uuid not null,
  number integer not null constraint session_attempts_number_check check (number > 0),
  count integer not null constraint session_attempts_count_check check (count > 1),
  state text not null default 'open'
    constraint session_attempts_state_check check (state in ('open', 'kept', 'ending', 'ended')),
  problem text
);
create index session_attempts_group_index on session_attempts (group_id);
