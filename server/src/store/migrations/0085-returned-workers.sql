-- Time of the worker's first heartbeat after it was absent for longer than its lease, for example because the machine slept
-- or the database was down. Until then, the worker could not act on its work.
alter table workers add column returned_at timestamptz(3);

create function note_return() returns trigger language plpgsql as $$
begin
  new.returned_at := new.heartbeat_at;
  return new;
end $$;
create trigger workers_return_trigger before update of heartbeat_at on workers for each row
  when (new.heartbeat_at > old.heartbeat_at + interval '10 seconds') execute function note_return();

-- Start of the newest attempt of a build. Each attempt has its own time limit.
alter table project_builds add column attempt_started_at timestamptz(3);
update project_builds set attempt_started_at = now() where status = 'running';
