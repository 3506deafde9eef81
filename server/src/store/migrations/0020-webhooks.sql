-- Addresses of organizations that are told of what happens to sessions and pull requests.
create table webhooks (
  id uuid primary key,
  organization_id uuid not null references organizations,
  url text not null,
  description text not null,
  events text[] not null,
  enabled_at timestamptz(3),
  -- Why it was disabled, when no person did that.
  disabled_reason text,
  -- Attempts that failed since the last that succeeded.
  failures integer not null default 0,
  failing_since timestamptz(3),
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  check ((failures = 0) = (failing_since is null))
);
create index webhooks_organization_index on webhooks (organization_id, id);

-- What happened and no webhook has been told yet: written by the transaction in which it happened.
create table outgoing_events (
  id uuid primary key default gen_random_uuid(),
  position bigint generated always as identity,
  organization_id uuid not null references organizations on delete cascade,
  type text not null,
  session_id uuid,
  pull_request_id uuid,
  -- Of the session or the pull request, as it was then.
  status text not null,
  happened_at timestamptz(3) not null default now()
);
create index outgoing_events_position_index on outgoing_events (position);
create index outgoing_events_organization_index on outgoing_events (organization_id);

-- An event as one webhook is told it.
create table outgoing_deliveries (
  id uuid primary key,
  organization_id uuid not null references organizations,
  webhook_id uuid not null references webhooks on delete cascade,
  event_id uuid not null,
  event_type text not null,
  session_id uuid,
  body text not null,
  replay_of uuid,
  status text not null check (status in ('pending', 'succeeded', 'failed')),
  outcome text,
  attempts integer not null default 0,
  next_attempt_at timestamptz(3),
  created_at timestamptz(3) not null,
  ended_at timestamptz(3),
  check ((status = 'pending') = (ended_at is null)),
  check ((status = 'pending') = (next_attempt_at is not null))
);
create unique index outgoing_deliveries_event_index on outgoing_deliveries (webhook_id, event_id) where replay_of is null;
create index outgoing_deliveries_webhook_index on outgoing_deliveries (webhook_id, id);
create index outgoing_deliveries_organization_index on outgoing_deliveries (organization_id);
create index outgoing_deliveries_session_index on outgoing_deliveries (session_id);
create index outgoing_deliveries_age_index on outgoing_deliveries (created_at);

create table outgoing_attempts (
  delivery_id uuid not null references outgoing_deliveries on delete cascade,
  number integer not null check (number > 0),
  started_at timestamptz(3) not null,
  duration_ms integer not null,
  request_headers jsonb not null,
  response_status integer,
  response_body text,
  error text,
  primary key (delivery_id, number)
);

alter table secrets drop constraint secrets_kind_check,
  add constraint secrets_kind_check
    check (kind in ('secret', 'provider', 'authority', 'integration', 'mcpConnection', 'webhook'));

create function has_webhooks(the_organization uuid) returns boolean language sql stable as $$
  select exists (select from webhooks where organization_id = the_organization and enabled_at is not null)
$$;

-- Private sessions are told to nobody, and of a deleted one only that it was.
create function note_session_event() returns trigger language plpgsql as $$
declare
  the_type text;
begin
  if new.visibility <> 'public' or not has_webhooks(new.organization_id) then
    return null;
  end if;
  the_type := case
    when tg_op = 'INSERT' then 'session.created'
    when new.deleted_at is not null then
      case when old.deleted_at is null then 'session.deleted' end
    else
      case new.status
        when 'queued' then 'session.queued'
        when 'inProgress' then 'session.started'
        when 'completed' then 'session.completed'
        when 'failed' then 'session.failed'
        when 'cancelled' then 'session.cancelled'
      end
  end;
  if the_type is not null then
    insert into outgoing_events (organization_id, type, session_id, status)
      values (new.organization_id, the_type, new.id, new.status);
  end if;
  return null;
end $$;
create trigger sessions_insert_event_trigger after insert on sessions
  for each row execute function note_session_event();
create trigger sessions_update_event_trigger after update of status, deleted_at on sessions
  for each row when (old.status <> new.status or (old.deleted_at is null and new.deleted_at is not null))
  execute function note_session_event();

create function note_pull_request_event() returns trigger language plpgsql as $$
declare
  types text[] := '{}';
begin
  if not has_webhooks(new.organization_id) then
    return null;
  end if;
  if tg_op = 'INSERT' then
    types := array[case new.status when 'open' then 'opened' else new.status end];
  else
    if old.status <> new.status then
      types := types || case new.status when 'open' then 'reopened' else new.status end;
    elsif (old.title, old.body, old.base_branch, old.head_sha, old.is_draft)
      is distinct from (new.title, new.body, new.base_branch, new.head_sha, new.is_draft) then
      types := types || 'updated'::text;
    end if;
    if old.reviewers <> new.reviewers then
      types := types || 'reviewed'::text;
    end if;
    if old.checks <> new.checks and new.checks ->> 'state' in ('passed', 'failed') then
      types := types || 'checked'::text;
    end if;
  end if;
  insert into outgoing_events (organization_id, type, pull_request_id, status)
    select new.organization_id, 'pull_request.' || one, new.id, new.status from unnest(types) as one;
  return null;
end $$;
create trigger pull_requests_insert_event_trigger after insert on pull_requests
  for each row execute function note_pull_request_event();
create trigger pull_requests_update_event_trigger after update on pull_requests
  for each row execute function note_pull_request_event();
