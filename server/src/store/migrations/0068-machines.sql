-- Machine on which the worker runs, and the turns and memory that the worker offers. Workers of releases without these
-- columns offer nothing.
alter table workers
  add column machine_id uuid,
  add column turn_limit integer not null default 0,
  add column memory_bytes bigint not null default 0,
  add column is_draining boolean not null default false;
