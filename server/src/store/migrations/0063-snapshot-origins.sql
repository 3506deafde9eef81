-- Commits of the base branches from which the environment was built. Null for environments of earlier versions.
alter table project_snapshots add column origin jsonb;
