-- Name of the worker's process in its data folder, whose file is locked while the process runs.
alter table workers add column process_name text;

-- A machine that was lost has been absent since its last heartbeat, not since its loss was noticed.
create or replace function note_machine() returns trigger language plpgsql as $$
declare
  the_machine uuid := case when tg_op = 'DELETE' then old.machine_id else new.machine_id end;
  gone_at timestamptz := case when tg_op = 'DELETE' then coalesce(old.stopped_at, old.heartbeat_at) else now() end;
begin
  if the_machine is not null then
    insert into machines (id, left_at) values (the_machine, case
      when exists (select from workers where machine_id = the_machine and stopped_at is null) then null else gone_at end)
    on conflict (id) do update set left_at = case
      when excluded.left_at is null then null else coalesce(machines.left_at, excluded.left_at) end;
  end if;
  return null;
end $$;
