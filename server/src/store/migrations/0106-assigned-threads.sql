-- Review threads that a message assigned to the agent. `answer` is the agent's reply, which a worker posts when the turn
-- ends. `reason` states why it was not posted, or why the thread was not resolved.
create table assigned_threads (
  message_id uuid not null references messages on delete cascade,
  pull_request_id uuid not null references pull_requests on delete cascade,
  thread_id text not null,
  comment_id text not null,
  position integer not null,
  place text not null,
  answer text,
  is_fixed boolean not null default false,
  commit_sha text,
  replied_at timestamptz(3),
  resolved_at timestamptz(3),
  reason text,
  created_at timestamptz(3) not null,
  primary key (message_id, thread_id)
);
create index assigned_threads_pull_request_index on assigned_threads (pull_request_id, created_at);
