-- Whoever watches an organization's sessions checks their access again at each change that may end it.
create function notify_access() returns trigger language plpgsql as $$
begin
  perform pg_notify('tembo_access', old.organization_id::text);
  return null;
end;
$$;
create trigger sessions_access after update of visibility, created_by_key, deleted_at on sessions
  for each row when ((old.visibility, old.created_by_key, old.deleted_at)
    is distinct from (new.visibility, new.created_by_key, new.deleted_at))
  execute function notify_access();
create trigger api_keys_access after update of revoked_at, user_id on api_keys
  for each row when ((old.revoked_at, old.user_id) is distinct from (new.revoked_at, new.user_id))
  execute function notify_access();
create trigger api_keys_access_deleted after delete on api_keys
  for each row execute function notify_access();
create trigger members_access after update of role, user_id on members
  for each row when ((old.role, old.user_id) is distinct from (new.role, new.user_id))
  execute function notify_access();
create trigger members_access_deleted after delete on members
  for each row execute function notify_access();
