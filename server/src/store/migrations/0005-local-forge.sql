-- GitHub's API, which the local forge speaks, names things by positive integers.
alter table repositories add column forge_number integer generated always as identity constraint repositories_forge_number_key unique;
-- Those below are kept for the product itself.
alter table api_keys add column forge_number integer generated always as identity (start with 1000)
  constraint api_keys_forge_number_key unique;

alter table local_pull_requests
  add column id integer generated always as identity constraint local_pull_requests_id_key unique,
  add column is_draft boolean not null default false,
  add column head_sha text,
  add column base_sha text,
  add column author jsonb,
  add column labels text[] not null default '{}',
  add column reviewers jsonb not null default '[]',
  add column merge_sha text,
  add column merged_by jsonb,
  add column closed_at timestamptz(3);
update local_pull_requests set closed_at = coalesce(merged_at, updated_at) where status <> 'open';
alter table local_pull_requests
  add constraint local_pull_requests_closed_check check ((status = 'open') = (closed_at is null));

create table local_issues (
  id integer generated always as identity constraint local_issues_id_key unique,
  repository_id uuid not null references repositories,
  number integer not null,
  title text not null,
  body text not null,
  status text not null default 'open' check (status in ('open', 'closed')),
  author jsonb not null,
  labels text[] not null default '{}',
  closed_at timestamptz(3),
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  primary key (repository_id, number),
  constraint local_issues_closed_check check ((status = 'open') = (closed_at is null))
);

create table local_reviews (
  id integer generated always as identity primary key,
  repository_id uuid not null references repositories,
  number integer not null,
  state text not null check (state in ('approved', 'changesRequested', 'commented', 'dismissed')),
  body text not null,
  author jsonb not null,
  commit_sha text not null,
  submitted_at timestamptz(3) not null
);
create index local_reviews_thread_index on local_reviews (repository_id, number, id);

create table local_comments (
  id integer generated always as identity primary key,
  repository_id uuid not null references repositories,
  number integer not null,
  kind text not null check (kind in ('comment', 'inline')),
  body text not null,
  author jsonb not null,
  -- Of an inline one: path, line, side, diffHunk, commitSha.
  place jsonb,
  review_id integer references local_reviews,
  -- The first one of its thread.
  reply_to integer references local_comments,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  constraint local_comments_place_check check ((kind = 'inline') = (place is not null))
);
create index local_comments_thread_index on local_comments (repository_id, number, id);
create index local_comments_reply_to_index on local_comments (reply_to);
create index local_comments_review_index on local_comments (review_id);

create table local_reactions (
  id integer generated always as identity constraint local_reactions_id_key unique,
  repository_id uuid not null references repositories,
  subject text not null check (subject in ('thread', 'comment')),
  -- The number of the thread, or the id of the comment.
  subject_id integer not null,
  user_id text not null,
  content text not null,
  author jsonb not null,
  created_at timestamptz(3) not null,
  primary key (repository_id, subject, subject_id, user_id, content)
);

create table local_checks (
  id integer generated always as identity primary key,
  repository_id uuid not null references repositories,
  sha text not null,
  kind text not null check (kind in ('job', 'status')),
  name text not null,
  -- In the words of GitHub's statuses; of a job: "queued", "in_progress" or its conclusion.
  state text not null,
  url text,
  summary text,
  log text,
  author jsonb not null,
  started_at timestamptz(3),
  completed_at timestamptz(3),
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null
);
create index local_checks_sha_index on local_checks (repository_id, sha, id);

create table local_hooks (
  id integer generated always as identity primary key,
  repository_id uuid not null references repositories,
  url text not null,
  secret text not null,
  events text[] not null,
  is_active boolean not null,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  constraint local_hooks_url_key unique (repository_id, url)
);

-- The latest of what was told, for those who ask instead of listening.
create table local_events (
  id integer generated always as identity primary key,
  repository_id uuid not null references repositories,
  delivery_id uuid not null,
  name text not null,
  body text not null,
  at timestamptz(3) not null
);
create index local_events_repository_index on local_events (repository_id, id);

create function next_local_number(the_repository uuid) returns integer language sql as $$
  select 1 + greatest(
    (select coalesce(max(number), 0) from local_pull_requests where repository_id = the_repository),
    (select coalesce(max(number), 0) from local_issues where repository_id = the_repository)
  )
$$;

drop function insert_local_pull_request;
create function insert_local_pull_request(
  the_repository uuid, the_title text, the_body text, the_head text, the_base text, opened_at timestamptz,
  is_a_draft boolean, the_head_sha text, the_base_sha text, the_author jsonb
) returns setof local_pull_requests language plpgsql as $$
begin
  perform from repositories where id = the_repository for no key update;
  if not exists (
    select from local_pull_requests
    where repository_id = the_repository and head = the_head and base = the_base and status = 'open'
  ) then
    return query insert into local_pull_requests
      (repository_id, number, title, body, head, base, created_at, updated_at, is_draft, head_sha, base_sha, author)
    values (the_repository, next_local_number(the_repository), the_title, the_body, the_head, the_base, opened_at,
      opened_at, is_a_draft, the_head_sha, the_base_sha, the_author)
    returning *;
  end if;
end $$;

create function insert_local_issue(
  the_repository uuid, the_title text, the_body text, the_author jsonb, the_labels text[], opened_at timestamptz
) returns setof local_issues language plpgsql as $$
begin
  perform from repositories where id = the_repository for no key update;
  return query insert into local_issues (repository_id, number, title, body, author, labels, created_at, updated_at)
    values (the_repository, next_local_number(the_repository), the_title, the_body, the_author, the_labels, opened_at, opened_at)
    returning *;
end $$;
