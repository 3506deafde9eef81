-- Who changed what that an organization's security rests on. The triggers write each event in the transaction of the change,
-- whatever code makes it. The server says who acts in the setting `tembo.actor` of the transaction; without it "system" acts.
-- Organizations are no foreign key: their events outlive them.
create table audit_events (
  id uuid primary key default gen_random_uuid(),
  seq bigint generated always as identity,
  organization_id uuid not null,
  created_at timestamptz(3) not null default clock_timestamp(),
  actor_kind text not null check (actor_kind in ('user', 'session', 'system', 'anonymous')),
  actor_user_id uuid,
  actor_key_id uuid,
  actor_session_id uuid,
  address text,
  action text not null check (action ~ '^[a-z][a-zA-Z]*\.[a-z][a-zA-Z]*$'),
  object_kind text not null,
  object_id text,
  object_name text,
  details jsonb not null default '{}'
);
create index audit_events_organization_index on audit_events (organization_id, seq desc);
create index audit_events_created_index on audit_events (created_at);

create function refuse_audit_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and old.created_at < nullif(current_setting('tembo.audit_expiry', true), '')::timestamptz then
    return old;
  end if;
  raise exception 'audit events cannot be changed or deleted' using errcode = 'insufficient_privilege';
end $$;
create trigger audit_events_append_only_trigger before update or delete on audit_events
  for each row execute function refuse_audit_change();
create trigger audit_events_no_truncate_trigger before truncate on audit_events
  for each statement execute function refuse_audit_change();

-- The only way to delete: what is older than the retention.
create function expire_audit_events(before timestamptz) returns integer language plpgsql as $$
declare
  expired integer;
begin
  perform set_config('tembo.audit_expiry', before::text, true);
  delete from audit_events where created_at < before;
  get diagnostics expired = row_count;
  perform set_config('tembo.audit_expiry', '', true);
  return expired;
end $$;

create function audit_actor() returns jsonb language sql stable as $$
  select coalesce(nullif(current_setting('tembo.actor', true), '')::jsonb, '{"kind":"system"}'::jsonb)
$$;

-- The person is the actor where nobody was signed in yet, as when they sign in.
create function record_audit(the_organization uuid, the_action text, object_kind text, object_id text, object_name text,
  the_details jsonb default '{}', the_person uuid default null) returns void language plpgsql as $$
declare
  actor jsonb := audit_actor();
  is_person boolean := actor->>'kind' = 'anonymous' and the_person is not null;
begin
  insert into audit_events (organization_id, actor_kind, actor_user_id, actor_key_id, actor_session_id, address, action,
    object_kind, object_id, object_name, details)
  values (the_organization, case when is_person then 'user' else actor->>'kind' end,
    case when is_person then the_person else (actor->>'userId')::uuid end,
    (actor->>'keyId')::uuid, (actor->>'sessionId')::uuid, actor->>'address', the_action,
    object_kind, object_id, left(object_name, 500), jsonb_strip_nulls(the_details));
end $$;

-- The names of those columns whose values differ.
create function changed_columns(before jsonb, after jsonb, watched text[]) returns jsonb language sql immutable as $$
  select coalesce(jsonb_agg(name order by position), '[]'::jsonb)
  from unnest(watched) with ordinality as one (name, position)
  where before->name is distinct from after->name
$$;

-- For a table whose rows are one noun's: its arguments are the noun, the column with the name, and the columns that count as a change.
create function audit_row() returns trigger language plpgsql as $$
declare
  before jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) end;
  after jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) end;
  row_now jsonb := coalesce(after, before);
  noun text := tg_argv[0];
  name text := row_now->>tg_argv[1];
  changed jsonb;
begin
  -- Of an address only the host: the rest may hold a credential.
  if tg_argv[1] = 'url' then
    name := substring(name from '^[a-zA-Z]+://(?:[^/?#]*@)?([^/?#@]+)');
  end if;
  if tg_op = 'UPDATE' then
    changed := changed_columns(before, after, tg_argv[2:]);
    if changed = '[]'::jsonb then
      return null;
    end if;
  end if;
  perform record_audit((row_now->>'organization_id')::uuid,
    noun || case tg_op when 'INSERT' then '.created' when 'UPDATE' then '.updated' else '.deleted' end,
    noun, row_now->>'id', name, jsonb_build_object('changed', changed));
  return null;
end $$;

create trigger webhooks_audit_trigger after insert or update or delete on webhooks for each row
  execute function audit_row('webhook', 'url', 'url', 'events', 'description', 'enabled_at');
create trigger integrations_audit_trigger after insert or update or delete on integrations for each row
  execute function audit_row('integration', 'display_name', 'display_name', 'web_url', 'api_url', 'account', 'settings', 'enabled_at');
create trigger mcp_connections_audit_trigger after insert or update or delete on mcp_connections for each row
  execute function audit_row('mcpConnection', 'name', 'name', 'server', 'user_id');
create trigger skills_audit_trigger after insert or update or delete on skills for each row
  execute function audit_row('skill', 'name', 'name', 'description', 'files');

create function audit_key() returns trigger language plpgsql as $$
declare
  is_sign_in boolean := new.kind = 'signIn';
  noun text := case when is_sign_in then 'signIn' else 'apiKey' end;
  is_good boolean := new.revoked_at is null;
  was_good boolean := tg_op = 'UPDATE' and old.revoked_at is null;
  verb text := case
    when is_good and not was_good then case when is_sign_in then 'succeeded' else 'created' end
    when was_good and not is_good then case when is_sign_in then 'ended' else 'revoked' end
    when new.name is distinct from old.name then 'renamed'
  end;
begin
  if verb is not null then
    perform record_audit(new.organization_id, noun || '.' || verb, noun, new.id::text,
      case when is_sign_in then new.user_agent else coalesce(new.name, new.token_preview) end,
      jsonb_build_object('userId', new.user_id), case when is_sign_in then new.user_id end);
  end if;
  return null;
end $$;
create trigger api_keys_insert_audit_trigger after insert on api_keys for each row execute function audit_key();
create trigger api_keys_update_audit_trigger after update on api_keys for each row
  when (old.revoked_at is distinct from new.revoked_at or old.name is distinct from new.name) execute function audit_key();

-- Of a person alone, so it is an event of each organization that they belong to.
create function audit_person(the_person uuid, the_action text) returns void language sql as $$
  select record_audit(m.organization_id, the_action, 'member', m.id::text, coalesce(u.email, m.email),
    jsonb_build_object('userId', the_person), the_person)
  from members m left join users u on u.id = m.user_id where m.user_id = the_person
$$;
create function audit_password() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    perform audit_person(new.user_id, 'password.set');
  elsif tg_op = 'DELETE' then
    perform audit_person(old.user_id, 'password.deleted');
  -- The same password may be hashed again, with other parameters.
  elsif new.updated_at is distinct from old.updated_at and new.hash <> old.hash then
    perform audit_person(new.user_id, 'password.changed');
  end if;
  return null;
end $$;
create trigger user_passwords_audit_trigger after insert or update or delete on user_passwords for each row
  execute function audit_password();
create function audit_address() returns trigger language plpgsql as $$
begin
  perform audit_person(new.id, 'address.changed');
  return null;
end $$;
create trigger users_address_audit_trigger after update on users for each row
  when (old.email is distinct from new.email and new.email is not null) execute function audit_address();

create function audit_member() returns trigger language plpgsql as $$
declare
  the_row members := case when tg_op = 'DELETE' then old else new end;
  address text := coalesce((select email from users where id = the_row.user_id), the_row.email);
begin
  if tg_op = 'INSERT' then
    perform record_audit(new.organization_id, case when new.user_id is null then 'invitation.created' else 'member.joined' end,
      'member', new.id::text, address, jsonb_build_object('role', new.role), new.user_id);
  elsif tg_op = 'DELETE' then
    perform record_audit(old.organization_id, case when old.user_id is null then 'invitation.deleted' else 'member.removed' end,
      'member', old.id::text, address, jsonb_build_object('role', old.role));
  else
    if old.user_id is null and new.user_id is not null then
      perform record_audit(new.organization_id, 'invitation.accepted', 'member', new.id::text, address,
        jsonb_build_object('role', new.role), new.user_id);
    end if;
    if old.role <> new.role then
      perform record_audit(new.organization_id, 'role.changed', 'member', new.id::text, address,
        jsonb_build_object('from', old.role, 'to', new.role));
    end if;
  end if;
  return null;
end $$;
create trigger members_audit_trigger after insert or update or delete on members for each row execute function audit_member();

-- A link without a member is the one for the installation's first person.
create function audit_invitation_link() returns trigger language plpgsql as $$
begin
  perform record_audit(new.organization_id, 'invitation.linked', 'member', new.member_id::text,
    (select coalesce(u.email, m.email) from members m left join users u on u.id = m.user_id where m.id = new.member_id),
    jsonb_build_object('role', (select role from members where id = new.member_id)));
  return null;
end $$;
create trigger welcome_links_audit_trigger after insert or update on welcome_links for each row
  execute function audit_invitation_link();

-- Secrets, and the credentials beside them. Sealing with another master key changes no version.
create function audit_secret() returns trigger language plpgsql as $$
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
      case when noun in ('secret', 'modelCredential') then the_row.id::text else the_row.name end,
      case when noun in ('secret', 'modelCredential') then the_row.name end, details);
  end if;
  return null;
end $$;
create trigger secrets_audit_trigger after insert or update or delete on secrets for each row execute function audit_secret();

create function audit_organization() returns trigger language plpgsql as $$
declare
  changed jsonb;
begin
  if tg_op = 'INSERT' then
    perform record_audit(new.id, 'organization.created', 'organization', new.id::text, new.name);
    return null;
  end if;
  if old.deleted_at is null and new.deleted_at is not null then
    perform record_audit(new.id, 'organization.deleted', 'organization', new.id::text, new.name);
  end if;
  changed := changed_columns(to_jsonb(old), to_jsonb(new), array['name', 'slug']);
  if changed <> '[]'::jsonb then
    perform record_audit(new.id, 'organization.updated', 'organization', new.id::text, new.name,
      jsonb_build_object('changed', changed));
  end if;
  if old.egress is distinct from new.egress then
    perform record_audit(new.id, 'egress.changed', 'organization', new.id::text, new.name,
      jsonb_build_object('from', old.egress, 'to', new.egress));
  end if;
  changed := changed_columns(to_jsonb(old), to_jsonb(new), array['session_budget_microusd', 'month_budget_microusd']);
  if changed <> '[]'::jsonb then
    perform record_audit(new.id, 'budget.changed', 'organization', new.id::text, new.name, jsonb_build_object(
      'perSessionUsd', new.session_budget_microusd / 1e6, 'perMonthUsd', new.month_budget_microusd / 1e6));
  end if;
  if old.permission_policy is distinct from new.permission_policy then
    perform record_audit(new.id, 'permissionPolicy.changed', 'organization', new.id::text, new.name,
      jsonb_build_object('from', old.permission_policy, 'to', new.permission_policy));
  end if;
  select coalesce(jsonb_agg(key order by key), '[]'::jsonb) into changed from (
    select key from jsonb_object_keys(old.settings || new.settings) as key
      where old.settings->key is distinct from new.settings->key
    union select 'insights' where old.has_insights <> new.has_insights
  ) keys (key);
  if changed <> '[]'::jsonb then
    perform record_audit(new.id, 'settings.changed', 'organization', new.id::text, new.name,
      jsonb_build_object('changed', changed));
  end if;
  return null;
end $$;
create trigger organizations_audit_trigger after insert or update on organizations for each row
  execute function audit_organization();

create function audit_model() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' or to_jsonb(old) <> to_jsonb(new) then
    perform record_audit(new.organization_id, 'model.changed', 'model', new.model, new.model,
      jsonb_build_object('isEnabled', new.is_enabled, 'provider', new.provider));
  end if;
  return null;
end $$;
create trigger organization_models_audit_trigger after insert or update on organization_models for each row
  execute function audit_model();

-- What a forge tells of its own repositories is no act of the organization.
create function audit_repository() returns trigger language plpgsql as $$
declare
  the_row repositories := case when tg_op = 'DELETE' then old else new end;
  is_system boolean := audit_actor()->>'kind' = 'system';
  changed jsonb;
begin
  if tg_op = 'UPDATE' then
    changed := changed_columns(to_jsonb(old), to_jsonb(new),
      array['owner', 'name', 'connected_url', 'default_branch', 'settings', 'enabled_at', 'is_archived']);
    if is_system or changed = '[]'::jsonb or old.integration_id is distinct from new.integration_id then
      return null;
    end if;
  elsif tg_op = 'INSERT' and is_system then
    return null;
  end if;
  perform record_audit(the_row.organization_id,
    case tg_op when 'INSERT' then 'repository.created' when 'UPDATE' then 'repository.updated' else 'repository.deleted' end,
    'repository', the_row.id::text, the_row.owner || '/' || the_row.name, jsonb_build_object('changed', changed));
  return null;
end $$;
create trigger repositories_audit_trigger after insert or update or delete on repositories for each row
  execute function audit_repository();

-- Admins read the log, and no more of a private session than that it exists.
create function audit_session() returns trigger language plpgsql as $$
declare
  title text := case when old.visibility = 'public' and new.visibility = 'public' then new.title end;
begin
  if old.deleted_at is null and new.deleted_at is not null then
    perform record_audit(new.organization_id, 'session.deleted', 'session', new.id::text, title);
  end if;
  if old.visibility <> new.visibility then
    perform record_audit(new.organization_id, 'session.visibilityChanged', 'session', new.id::text, title,
      jsonb_build_object('from', old.visibility, 'to', new.visibility));
  end if;
  return null;
end $$;
create trigger sessions_audit_trigger after update on sessions for each row
  when (old.visibility <> new.visibility or (old.deleted_at is null and new.deleted_at is not null))
  execute function audit_session();
