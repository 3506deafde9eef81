-- Hooks of the built-in forge belong to the audit log. Its branch protection is a setting of git and changes no row.
create function audit_local_hook() returns trigger language plpgsql as $$
declare
  the_row local_hooks := case when tg_op = 'DELETE' then old else new end;
  the_organization uuid;
  the_repository text;
  changed jsonb;
begin
  if tg_op = 'UPDATE' then
    changed := changed_columns(to_jsonb(old), to_jsonb(new), array['url', 'secret', 'events', 'is_active']);
    if changed = '[]'::jsonb then
      return null;
    end if;
  end if;
  select organization_id, owner || '/' || name into the_organization, the_repository
  from repositories where id = the_row.repository_id;
  perform record_audit(the_organization,
    case tg_op when 'INSERT' then 'repositoryHook.created' when 'UPDATE' then 'repositoryHook.updated' else 'repositoryHook.deleted' end,
    'repositoryHook', the_row.id::text,
    -- Only the host of the URL: the rest may hold a credential.
    substring(the_row.url from '^[a-zA-Z]+://(?:[^/?#]*@)?([^/?#@]+)'),
    jsonb_build_object('repository', the_repository, 'changed', changed));
  return null;
end $$;
create trigger local_hooks_audit_trigger after insert or update or delete on local_hooks for each row
  execute function audit_local_hook();
