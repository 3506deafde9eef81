-- Session lists read again when a session that they may show changes. The notice names the organization, and for a private
-- session also its owner, so that nobody else learns of the change. PostgreSQL sends equal notices of a transaction once.
create function notify_session_change(the_organization uuid, the_visibility text, the_key uuid) returns void
language plpgsql as $$
declare
  the_owner uuid;
begin
  if the_visibility = 'public' then
    perform pg_notify('tembo_events', 'sessions/' || the_organization);
    return;
  end if;
  select user_id into the_owner from api_keys where id = the_key;
  if the_owner is not null then
    perform pg_notify('tembo_events', 'sessions/' || the_organization || '/' || the_owner);
  end if;
end $$;

create function notify_change_of_session() returns trigger language plpgsql as $$
begin
  perform notify_session_change(new.organization_id, new.visibility, new.created_by_key);
  return null;
end $$;
create trigger sessions_change_trigger after insert on sessions for each row execute function notify_change_of_session();
create trigger sessions_removed_change_trigger after update of deleted_at on sessions for each row
  when (old.deleted_at is distinct from new.deleted_at) execute function notify_change_of_session();

-- A session that becomes private leaves the lists of the others.
create function notify_hidden_session() returns trigger language plpgsql as $$
begin
  perform notify_session_change(old.organization_id, old.visibility, old.created_by_key);
  return null;
end $$;
create trigger sessions_hidden_change_trigger after update of visibility, created_by_key on sessions for each row
  when ((old.visibility, old.created_by_key) is distinct from (new.visibility, new.created_by_key))
  execute function notify_hidden_session();

-- Every other change of what a list shows is noted for the stored item.
create function notify_card_change() returns trigger language plpgsql as $$
begin
  perform notify_session_change(organization_id, visibility, created_by_key) from sessions
    where id = new.session_id and deleted_at is null;
  return null;
end $$;
create trigger session_card_changes_trigger after insert on session_card_changes for each row
  execute function notify_card_change();

create function notify_card_names() returns trigger language plpgsql as $$
begin
  perform notify_session_change(new.organization_id, 'public', null);
  return null;
end $$;
create trigger session_card_epochs_trigger after insert or update on session_card_epochs for each row
  execute function notify_card_names();

-- The previous version ignores these notices.
update required_migration set name = '0101-requests-of-runs.sql';
