-- Lists and searches among a million sessions. Each index is made while the table can be read but not written, in one transaction: on a
-- million sessions that takes about a minute.

-- Counts, numbered pages, and the order of sessions that other tables name, without a look at the rows.
create index sessions_shown_index on sessions (organization_id, id)
  include (visibility, created_by_key, last_queued_at, created_at, updated_at) where deleted_at is null;
drop index sessions_queued_index, sessions_created_index, sessions_updated_index;
create index sessions_queued_index on sessions (organization_id, coalesce(last_queued_at, created_at), id)
  include (visibility, created_by_key, last_queued_at, created_at) where deleted_at is null;
create index sessions_created_index on sessions (organization_id, created_at, id)
  include (visibility, created_by_key) where deleted_at is null;
create index sessions_updated_index on sessions (organization_id, updated_at, id)
  include (visibility, created_by_key) where deleted_at is null;
create index sessions_maker_index on sessions (created_by_key) where created_by_key is not null;
create index sessions_external_index on sessions (organization_id, (source ->> 'url')) where source is not null;

-- Who took part.
create index messages_sender_index on messages (sent_by_key, session_id) where sent_by_key is not null;
create index messages_author_index on messages ((author ->> 'login'), session_id) include (author) where author is not null;

drop index session_repositories_repository_index;
create index session_repositories_repository_index on session_repositories (repository_id, session_id);

create index pull_requests_shown_index on pull_requests (session_id, status) where session_id is not null;
create index pull_requests_reviewers_index on pull_requests using gin (reviewers jsonb_path_ops) where status = 'open';
