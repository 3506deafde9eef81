-- Folders of a snapshot's repositories, by name. A session adopts only a folder of the same repository.
alter table project_snapshots add column directories jsonb not null default '{}';
alter table project_snapshots alter column directories drop default;
-- The folders of earlier snapshots are not known.
update project_snapshots
  set broken_reason = 'The environment was built before its folders were recorded. Build it again.'
  where broken_reason is null and archived_at is null and recipe->'repositoryIds' <> '[]'::jsonb;
