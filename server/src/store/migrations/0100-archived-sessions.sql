-- Time at which the session was archived, or null. The previous version lists archived sessions like all others.
alter table sessions add column archived_at timestamptz(3);

-- Lists usually leave archived sessions out, which may be nearly all sessions of an organization. These indexes contain the
-- others. The earlier indexes remain for lists of all sessions, and for the previous version.
create index sessions_unarchived_index on sessions (organization_id, id)
  include (visibility, created_by_key, last_queued_at, created_at, updated_at)
  where deleted_at is null and archived_at is null;
create index sessions_unarchived_queued_index on sessions (organization_id, coalesce(last_queued_at, created_at), id)
  include (visibility, created_by_key, last_queued_at, created_at) where deleted_at is null and archived_at is null;
create index sessions_unarchived_created_index on sessions (organization_id, created_at, id)
  include (visibility, created_by_key) where deleted_at is null and archived_at is null;
create index sessions_unarchived_updated_index on sessions (organization_id, updated_at, id)
  include (visibility, created_by_key) where deleted_at is null and archived_at is null;

create index sessions_archived_queued_index on sessions (organization_id, coalesce(last_queued_at, created_at), id)
  include (visibility, created_by_key, last_queued_at, created_at) where deleted_at is null and archived_at is not null;
create index sessions_archived_created_index on sessions (organization_id, created_at, id)
  include (visibility, created_by_key) where deleted_at is null and archived_at is not null;
create index sessions_archived_updated_index on sessions (organization_id, updated_at, id)
  include (visibility, created_by_key) where deleted_at is null and archived_at is not null;

-- The items of session lists show the time.
create trigger sessions_archived_card_trigger after update of archived_at on sessions for each row
  when (old.archived_at is distinct from new.archived_at) execute function note_card_change_of_session();

-- The previous version never changes the column, so the trigger does not run for it.
update required_migration set name = '0096-triggers-of-new-sessions.sql';
