-- An environment runs in every member's sessions, so changes to projects, variables and snapshots belong to the audit log.
create function audit_project() returns trigger language plpgsql as $$
declare
  changed jsonb;
begin
  if tg_op = 'INSERT' then
    perform record_audit(new.organization_id, 'project.created', 'project', new.id::text, new.name);
  elsif old.archived_at is null and new.archived_at is not null then
    perform record_audit(new.organization_id, 'project.deleted', 'project', new.id::text, new.name);
  else
    changed := changed_columns(to_jsonb(old), to_jsonb(new), array['name', 'description', 'sizes', 'default_for_sizes',
      'repository_ids', 'base_branches', 'source', 'setup_script', 'start_script', 'agent_instructions', 'services',
      'run_as', 'allows_containers', 'installs_dependencies', 'includes_skills', 'keeps_warm', 'refreshes_on_change',
      'is_default_for_repositories']);
    if changed <> '[]'::jsonb then
      perform record_audit(new.organization_id, 'project.updated', 'project', new.id::text, new.name,
        jsonb_build_object('changed', changed));
    end if;
  end if;
  return null;
end $$;
create trigger projects_audit_trigger after insert or update on projects for each row execute function audit_project();

-- A due schedule moves on by itself, which is no change by a person.
create function audit_project_schedule() returns trigger language plpgsql as $$
declare
  the_project projects;
begin
  select * into the_project from projects where id = new.project_id;
  if the_project.archived_at is null and (tg_op = 'INSERT' or changed_columns(to_jsonb(old), to_jsonb(new),
      array['cron', 'timezone', 'enabled_at']) <> '[]'::jsonb) then
    perform record_audit(the_project.organization_id, 'project.updated', 'project', the_project.id::text,
      the_project.name, '{"changed":["schedule"]}');
  end if;
  return null;
end $$;
create trigger project_schedules_audit_trigger after insert or update on project_schedules for each row
  execute function audit_project_schedule();

create function audit_project_snapshot() returns trigger language plpgsql as $$
declare
  the_project projects;
  is_deleted boolean := old.archived_at is null and new.archived_at is not null;
  changed jsonb := changed_columns(to_jsonb(old), to_jsonb(new), array['name', 'pinned_at']);
begin
  -- The server itself deletes unused snapshots.
  if audit_actor()->>'kind' = 'system' or not is_deleted and changed = '[]'::jsonb then
    return null;
  end if;
  select * into the_project from projects where id = new.project_id;
  perform record_audit(the_project.organization_id,
    case when is_deleted then 'projectSnapshot.deleted' else 'projectSnapshot.updated' end,
    'projectSnapshot', new.id::text, the_project.name,
    jsonb_build_object('snapshotName', new.name, 'changed', case when not is_deleted then changed end));
  return null;
end $$;
create trigger project_snapshots_audit_trigger after update on project_snapshots for each row
  execute function audit_project_snapshot();

create or replace function audit_secret() returns trigger language plpgsql as $$
declare
  the_row secrets := case when tg_op = 'DELETE' then old else new end;
  is_new_value boolean := tg_op = 'INSERT' or tg_op = 'UPDATE' and new.version <> old.version;
  is_system boolean := audit_actor()->>'kind' = 'system';
  the_action text;
  noun text := case the_row.kind when 'secret' then 'secret' when 'provider' then 'modelCredential' else the_row.kind end;
  details jsonb := '{}';
begin
  if the_row.kind = 'secret' then
    if tg_op = 'UPDATE' then
      the_action := case
        when is_new_value or new.name <> old.name then 'secret.updated'
        when new.binding is not null and new.binding is distinct from old.binding then 'secret.bound'
        when new.binding is null and old.binding is not null then 'secret.unbound'
      end;
      details := jsonb_build_object('renamedFrom', case when new.name <> old.name then old.name end,
        'hosts', case when the_action = 'secret.bound' then new.binding->'hosts' end);
    else
      the_action := case when tg_op = 'INSERT' then 'secret.created' else 'secret.deleted' end;
    end if;
  elsif the_row.kind = 'projectVariable' then
    the_action := case
      when tg_op = 'DELETE' then 'projectVariable.deleted'
      when is_new_value then 'projectVariable.set'
    end;
    details := jsonb_build_object('projectId', split_part(the_row.name, ':', 1));
  elsif the_row.kind = 'provider' then
    the_action := case when tg_op = 'DELETE' then 'modelCredential.deleted' when is_new_value then 'modelCredential.set' end;
  -- The server renews tokens by itself, and makes and deletes credentials with what they belong to.
  elsif tg_op = 'UPDATE' and is_new_value and not is_system then
    the_action := case the_row.kind
      when 'integration' then 'integration.credentialSet'
      when 'mcpConnection' then 'mcpConnection.credentialSet'
      when 'webhook' then 'webhook.secretRotated'
    end;
  end if;
  if the_action is not null then
    perform record_audit(the_row.organization_id, the_action, noun,
      case when noun in ('secret', 'modelCredential', 'projectVariable') then the_row.id::text else the_row.name end,
      case
        when noun in ('secret', 'modelCredential') then the_row.name
        -- Without the ID of the project before it.
        when noun = 'projectVariable' then split_part(the_row.name, ':', 2)
      end, details);
  end if;
  return null;
end $$;
