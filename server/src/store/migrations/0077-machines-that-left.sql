-- Machines, with the time at which the last worker left or was lost. The time is null while a worker runs.
create table machines (
  id uuid primary key,
  left_at timestamptz(3)
);

create function note_machine() returns trigger language plpgsql as $$
declare
  the_machine uuid := case when tg_op = 'DELETE' then old.machine_id else new.machine_id end;
begin
  if the_machine is not null then
    insert into machines (id, left_at) values (the_machine, case
      when exists (select from workers where machine_id = the_machine and stopped_at is null) then null else now() end)
    on conflict (id) do update set left_at = case
      when excluded.left_at is null then null else coalesce(machines.left_at, excluded.left_at) end;
  end if;
  return null;
end $$;
create trigger workers_machine_trigger after insert or delete or update of stopped_at on workers for each row
  execute function note_machine();
