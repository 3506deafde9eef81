-- Labels of workers, and the labels that a machine must have for a project's or a session's work. A session without a list
-- uses the list of its project.
alter table workers add column labels text[] not null default '{}';
alter table projects add column runs_on text[] not null default '{}';
alter table sessions add column runs_on text[];
alter table preparations add column runs_on text[] not null default '{}';
alter table turn_placements
  add column runs_on text[] not null default '{}',
  -- True once the session's transcript shows that no machine has the labels.
  add column is_reported boolean not null default false,
  -- Other reason for waiting that the transcript shows last.
  add column shown_reason text;

drop index turn_placements_organization_index;
create index turn_placements_organization_index on turn_placements (organization_id, runs_on, requested_at, turn_id)
  where machine_id is null;

create index turn_placements_unreported_index on turn_placements (runs_on)
  where machine_id is null and not is_reported and runs_on <> '{}';

-- Labels that all workers of the machine have, because its turns may run on any of them.
create function machine_labels(the_machine uuid) returns text[] language sql stable as $$
  select coalesce(array_agg(label), '{}') from (
    select label from workers cross join unnest(labels) label
    where machine_id = the_machine and stopped_at is null
    group by label having count(*) = (select count(*) from workers where machine_id = the_machine and stopped_at is null)
  ) shared
$$;

-- Turns follow a change of the labels that their session or project requests. A turn that a worker has begun stays on its
-- machine. The new labels apply if it waits again.
create function refresh_runs_on() returns trigger language plpgsql as $$
begin
  update turn_placements p set runs_on = coalesce(s.runs_on, pr.runs_on, '{}'), is_reported = false, shown_reason = null
  from sessions s left join projects pr on pr.id = s.project_id
  where s.id = p.session_id and p.runs_on <> coalesce(s.runs_on, pr.runs_on, '{}')
    and case tg_table_name when 'sessions' then s.id = new.id else s.project_id = new.id end;
  if found then
    perform pg_notify('tembo_placement', '');
  end if;
  return null;
end $$;
create trigger sessions_runs_on_trigger after update of runs_on, project_id on sessions for each row
  when (new.runs_on is distinct from old.runs_on or new.project_id is distinct from old.project_id)
  execute function refresh_runs_on();
create trigger projects_runs_on_trigger after update of runs_on on projects for each row
  when (new.runs_on is distinct from old.runs_on) execute function refresh_runs_on();
