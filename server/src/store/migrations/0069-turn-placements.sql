-- Turns that wait for a machine, or have one. A row is deleted when its turn ends.
create table turn_placements (
  turn_id uuid primary key references turns (id) on delete cascade,
  session_id uuid not null,
  organization_id uuid not null,
  memory_bytes bigint not null,
  cpus integer not null,
  requested_at timestamptz(3) not null,
  machine_id uuid,
  placed_at timestamptz(3),
  -- Version of the turn's workflow, or null if none was enqueued yet.
  version integer,
  constraint turn_placements_placed_check check ((machine_id is null) = (placed_at is null) and (machine_id is null or version is not null))
);
create index turn_placements_waiting_index on turn_placements (requested_at, turn_id) where machine_id is null;
create index turn_placements_organization_index on turn_placements (organization_id, requested_at, turn_id)
  where machine_id is null;
create index turn_placements_machine_index on turn_placements (machine_id) where machine_id is not null;

create function end_placement(the_turn uuid) returns void language plpgsql as $$
begin
  delete from turn_placements where turn_id = the_turn;
  if found then
    perform pg_notify('tembo_placement', '');
  end if;
end $$;

create or replace function end_turn(
  the_session uuid, the_turn uuid, the_attempt integer, end_status text, end_code text, end_message text,
  at timestamptz
) returns void language plpgsql as $$
begin
  perform lock_session(the_session);
  update turns set status = end_status, error_code = end_code, error_message = end_message, ended_at = at
    where id = the_turn and session_id = the_session and attempt = the_attempt and status = 'running';
  if not found then
    perform from turns where id = the_turn and session_id = the_session
      and attempt = the_attempt and status = end_status;
    if not found then
      raise exception 'Attempt % no longer holds turn %', the_attempt, the_turn using errcode = 'TB001';
    end if;
  end if;
  perform end_placement(the_turn);
end $$;

create or replace function cancel_queued_turn(the_turn uuid, cancelled_at timestamptz)
returns boolean language plpgsql as $$
begin
  perform lock_session(session_id) from turns where id = the_turn;
  update turns set status = 'cancelled', ended_at = cancelled_at where id = the_turn and status = 'queued';
  if found then
    perform end_placement(the_turn);
  end if;
  return exists (select from turns where id = the_turn and status = 'cancelled' and attempt = 0);
end $$;
