-- The oldest migration that a process must know to run on this database. A version whose newest migration is older does not
-- start. Later migrations only add to the schema, or raise this value first.
create table required_migration (
  is_only boolean primary key default true check (is_only),
  name text not null
);
insert into required_migration (name) values ('0089-required-migration.sql');

-- Newest migration that the process knows, or null if its version does not record it.
alter table workers add column newest_migration text;
alter table servers
  add column newest_migration text,
  add column host text;
