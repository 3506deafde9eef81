-- A repository of the built-in forge that was removed. Its row stays for the sessions that worked on it, and reserves its name while its data exists.
alter table repositories add column removed_at timestamptz(3);

create or replace function audit_repository() returns trigger language plpgsql as $$
declare
  the_row repositories := case when tg_op = 'DELETE' then old else new end;
  is_system boolean := audit_actor()->>'kind' = 'system';
  changed jsonb;
  the_action text := case tg_op when 'INSERT' then 'repository.created' when 'UPDATE' then 'repository.updated' else 'repository.deleted' end;
begin
  if tg_op = 'UPDATE' and (old.removed_at is null) <> (new.removed_at is null) then
    the_action := case when new.removed_at is null then 'repository.created' else 'repository.deleted' end;
    -- The name that people know: removal with its data frees the name.
    the_row := case when new.removed_at is null then new else old end;
  elsif tg_op = 'UPDATE' then
    changed := changed_columns(to_jsonb(old), to_jsonb(new),
      array['owner', 'name', 'connected_url', 'default_branch', 'settings', 'enabled_at', 'is_archived']);
    if is_system or changed = '[]'::jsonb or old.integration_id is distinct from new.integration_id then
      return null;
    end if;
  elsif tg_op = 'INSERT' and is_system then
    return null;
  end if;
  perform record_audit(the_row.organization_id, the_action, 'repository', the_row.id::text,
    the_row.owner || '/' || the_row.name, jsonb_build_object('changed', changed));
  return null;
end $$;
