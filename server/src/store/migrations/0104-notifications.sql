-- Notifications that a person wants to receive. A person without a row receives the default ones.
create table notification_preferences (
  user_id uuid primary key references users on delete cascade,
  preferences jsonb not null,
  updated_at timestamptz(3) not null
);

-- SMTP servers that send the notifications of organizations. The table of secrets contains their passwords.
create table mail_servers (
  id uuid primary key,
  organization_id uuid not null unique references organizations on delete cascade,
  host text not null,
  port integer not null check (port between 1 and 65535),
  security text not null check (security in ('tls', 'startTls', 'none')),
  username text,
  from_address text not null,
  password_set_at timestamptz(3),
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  check (username is not null or password_set_at is null),
  check (security <> 'none' or username is null)
);
create trigger mail_servers_audit_trigger after insert or delete or update on mail_servers
  for each row execute function audit_row('mailServer', 'host',
    'host', 'port', 'security', 'username', 'from_address', 'password_set_at');

alter table secrets drop constraint secrets_kind_check,
  add constraint secrets_kind_check check (kind in ('secret', 'provider', 'authority', 'integration', 'mcpConnection',
    'webhook', 'projectVariable', 'mailServer'));

-- The key pair with which this installation identifies itself to the push services of browsers (VAPID).
create table push_keys (
  id uuid primary key,
  is_only boolean not null default true unique check (is_only),
  public_key text not null,
  sealed_key bytea not null,
  master_key_id text not null,
  created_at timestamptz(3) not null
);
create trigger push_keys_master_key_trigger before insert or update of master_key_id on push_keys
  for each row execute function refuse_replaced_master_key();

-- Browsers that show a person's notifications. A row is of no use once the API key or sign-in that created it ends.
create table push_subscriptions (
  id uuid primary key,
  user_id uuid not null references users on delete cascade,
  created_by_key uuid not null references api_keys on delete cascade,
  endpoint text not null unique check (length(endpoint) <= 2000),
  p256dh text not null,
  auth text not null,
  browser text,
  created_at timestamptz(3) not null
);
create index push_subscriptions_user_index on push_subscriptions (user_id, id);
create index push_subscriptions_key_index on push_subscriptions (created_by_key);

-- Reasons to notify people. The transaction that changes a session inserts them, and a worker removes them soon.
create table notification_events (
  id uuid primary key default gen_random_uuid(),
  position bigint generated always as identity,
  organization_id uuid not null references organizations on delete cascade,
  session_id uuid not null,
  kind text not null check (kind in ('permission', 'question', 'plan', 'failure', 'end')),
  happened_at timestamptz(3) not null default now()
);
create index notification_events_position_index on notification_events (position);
create index notification_events_organization_index on notification_events (organization_id);

-- An event for one person, on one channel. The target is the push subscription, or the person for email.
create table notifications (
  id uuid primary key,
  organization_id uuid not null references organizations on delete cascade,
  event_id uuid not null,
  session_id uuid not null,
  user_id uuid not null references users on delete cascade,
  channel text not null check (channel in ('email', 'push')),
  target_id uuid not null,
  kind text not null check (kind in ('permission', 'question', 'plan', 'failure', 'end')),
  status text not null check (status in ('pending', 'sent', 'skipped', 'failed')),
  outcome text,
  attempts integer not null default 0,
  next_attempt_at timestamptz(3),
  created_at timestamptz(3) not null,
  ended_at timestamptz(3),
  check ((status = 'pending') = (ended_at is null)),
  check ((status = 'pending') = (next_attempt_at is not null)),
  unique (event_id, target_id)
);
create index notifications_session_index on notifications (session_id);
create index notifications_user_index on notifications (user_id);
create index notifications_age_index on notifications (created_at);
create index notifications_ended_index on notifications (organization_id, channel, ended_at);

-- True if anybody could be notified, so that other installations record nothing, and if the organization has less than
-- 10,000 events. They accumulate only while no worker runs.
create function takes_notifications(the_organization uuid) returns boolean language sql stable as $$
  select (exists (select from mail_servers where organization_id = the_organization)
      or exists (select from push_subscriptions))
    and not exists (select from notification_events where organization_id = the_organization offset 9999)
$$;

-- A session that already waits for an answer of the same kind does not begin to need a person.
create function note_waiting_notification() returns trigger language plpgsql as $$
begin
  insert into notification_events (organization_id, session_id, kind)
    select s.organization_id, s.id, case tg_table_name when 'plans' then 'plan' else to_jsonb(new) -> 'asked' ->> 'kind' end
    from sessions s
    where s.id = new.session_id and takes_notifications(s.organization_id)
      and (tg_table_name = 'plans' or not exists (
        select from asks a where a.session_id = s.id and a.answer is null
          and a.asked ->> 'kind' = to_jsonb(new) -> 'asked' ->> 'kind' and a.id::text <> to_jsonb(new) ->> 'id'));
  return null;
end $$;
create trigger asks_notification_trigger after insert on asks
  for each row execute function note_waiting_notification();
create trigger plans_notification_trigger after insert on plans
  for each row execute function note_waiting_notification();

create function note_ended_notification() returns trigger language plpgsql as $$
begin
  insert into notification_events (organization_id, session_id, kind)
    select new.organization_id, new.id, case new.status when 'failed' then 'failure' else 'end' end
    where takes_notifications(new.organization_id);
  return null;
end $$;
create trigger sessions_notification_trigger after update of status on sessions
  for each row when (old.status <> new.status and new.status in ('failed', 'completed') and new.deleted_at is null)
  execute function note_ended_notification();
