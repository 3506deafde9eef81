-- Projects: how the sandboxes of a group of sessions are prepared. A deleted project remains, because its sessions refer to it.
create table projects (
  id uuid primary key,
  organization_id uuid not null references organizations,
  name text not null,
  description text,
  icon text not null,
  color text not null,
  sizes text[] not null check (cardinality(sizes) > 0),
  default_for_sizes text[] not null default '{}',
  repository_ids uuid[] not null,
  -- Branch by repository ID.
  base_branches jsonb not null,
  source jsonb not null,
  setup_script text,
  start_script text,
  agent_instructions text,
  services jsonb not null,
  run_as text not null check (run_as in ('user', 'root')),
  allows_containers boolean not null check (not allows_containers or run_as = 'root'),
  installs_dependencies boolean not null,
  includes_skills boolean not null,
  keeps_warm boolean not null,
  refreshes_on_change boolean not null,
  is_default_for_repositories boolean not null,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  archived_at timestamptz(3)
);
create unique index projects_name_index on projects (organization_id, lower(name)) where archived_at is null;
create index projects_organization_index on projects (organization_id, id) where archived_at is null;

-- Environments that builds made. A deleted one remains as a record for the sessions that started from it.
create table project_snapshots (
  id uuid primary key,
  project_id uuid not null references projects,
  name text,
  recipe jsonb not null,
  trigger text not null check (trigger in ('manual', 'scheduled', 'rebuild')),
  rebuild_of uuid references project_snapshots,
  identity text not null,
  -- Digests, lowest layer first.
  layers text[] not null,
  size_bytes bigint not null check (size_bytes >= 0),
  platform jsonb not null,
  built_at timestamptz(3) not null,
  build_duration_ms bigint not null check (build_duration_ms >= 0),
  pinned_at timestamptz(3),
  broken_reason text,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  archived_at timestamptz(3)
);
create index project_snapshots_project_index on project_snapshots (project_id, id) where archived_at is null;
create index project_snapshots_age_index on project_snapshots (built_at) where archived_at is null;

create table project_builds (
  id uuid primary key,
  project_id uuid not null references projects,
  trigger text not null check (trigger in ('manual', 'scheduled', 'rebuild')),
  size text not null,
  recipe jsonb not null,
  rebuild_of uuid references project_snapshots,
  identity text,
  progress jsonb,
  status text not null check (status in ('pending', 'running', 'completed', 'failed', 'cancelled')),
  -- Counts the claims. Each claim fences off the earlier ones.
  attempt integer not null default 0,
  worker_id text,
  heartbeat_at timestamptz(3),
  snapshot_id uuid references project_snapshots,
  failure text,
  log_bytes integer not null default 0,
  created_at timestamptz(3) not null,
  started_at timestamptz(3),
  ended_at timestamptz(3),
  check ((ended_at is null) = (status in ('pending', 'running'))),
  check ((snapshot_id is not null) = (status = 'completed')),
  check ((failure is not null) = (status = 'failed'))
);
create index project_builds_project_index on project_builds (project_id, id);
-- One build waits and one runs. A request during a build waits for its end.
create unique index project_builds_pending_index on project_builds (project_id) where status = 'pending';
create unique index project_builds_running_index on project_builds (project_id) where status = 'running';

create table project_build_logs (
  build_id uuid not null references project_builds,
  seq integer not null,
  text text not null,
  created_at timestamptz(3) not null,
  primary key (build_id, seq)
);

create table project_schedules (
  id uuid primary key,
  project_id uuid not null references projects,
  cron text not null,
  timezone text,
  -- Time of the next build. Only the server that finds it unchanged moves it on.
  next_run_at timestamptz(3),
  last_run_at timestamptz(3),
  enabled_at timestamptz(3),
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null
);
create index project_schedules_project_index on project_schedules (project_id, id);
create index project_schedules_due_index on project_schedules (next_run_at) where enabled_at is not null;

-- The values are in the table secrets, under "<project ID>:<key>".
create table project_variables (
  project_id uuid not null references projects,
  key text not null,
  scope text not null check (scope in ('build', 'buildAndRun')),
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  primary key (project_id, key)
);

alter table secrets drop constraint secrets_kind_check;
alter table secrets add constraint secrets_kind_check
  check (kind in ('secret', 'provider', 'authority', 'integration', 'mcpConnection', 'webhook', 'projectVariable'));

alter table sessions
  add column project_id uuid references projects,
  add column snapshot_id uuid references project_snapshots;
create index sessions_project_index on sessions (project_id) where project_id is not null;
create index sessions_snapshot_index on sessions (snapshot_id) where snapshot_id is not null;

-- Wakes the readers of a build's log, on the channel of session events.
create function notify_build() returns trigger language plpgsql as $$
begin
  perform pg_notify('tembo_events', case tg_table_name when 'project_builds' then to_jsonb(new)->>'id'
    else to_jsonb(new)->>'build_id' end);
  return null;
end $$;
create trigger project_build_logs_notify_trigger after insert on project_build_logs for each row
  execute function notify_build();
create trigger project_builds_notify_trigger after update on project_builds for each row
  when (old.status is distinct from new.status) execute function notify_build();
