-- Saved automations that start sessions.
create table agents (
  id uuid primary key,
  organization_id uuid not null references organizations,
  name text not null,
  -- A word that names it beside its id.
  key text,
  -- A TipTap document.
  instructions jsonb,
  content_version integer not null,
  agent text,
  agent_options jsonb not null,
  mcp_servers text[] not null,
  repository_ids uuid[] not null,
  sandbox_size text,
  project_id text,
  template_id text,
  script text,
  artifact_type text,
  auto_detect_repositories boolean not null,
  user_state jsonb,
  overlap text not null check (overlap in ('parallel', 'queue', 'skip')),
  pause_after_failures integer check (pause_after_failures > 0),
  paused_at timestamptz(3),
  paused_reason text,
  created_by text,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  enabled_at timestamptz(3),
  archived_at timestamptz(3),
  constraint agents_key_key unique (organization_id, key),
  check ((paused_at is null) = (paused_reason is null)),
  check (archived_at is null or enabled_at is null)
);
create index agents_organization_index on agents (organization_id, id);

create table agent_revisions (
  agent_id uuid not null references agents on delete cascade,
  version integer not null check (version > 0),
  instructions jsonb,
  source text not null,
  author_id text,
  restored_from integer,
  created_at timestamptz(3) not null,
  primary key (agent_id, version)
);

create table agent_schedules (
  id uuid primary key,
  agent_id uuid not null references agents on delete cascade,
  cron text not null,
  -- When it fires next; a firing moves it on, and only one who finds it as it was does.
  next_run_at timestamptz(3),
  last_run_at timestamptz(3),
  enabled_at timestamptz(3),
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null
);
create index agent_schedules_agent_index on agent_schedules (agent_id, id);
create index agent_schedules_due_index on agent_schedules (next_run_at) where enabled_at is not null;

-- Events of forges that start it.
create table agent_triggers (
  id uuid primary key,
  agent_id uuid not null references agents on delete cascade,
  name text not null,
  integration_id uuid references integrations on delete cascade,
  filters jsonb not null,
  enabled_at timestamptz(3),
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null
);
create index agent_triggers_agent_index on agent_triggers (agent_id, id);
create index agent_triggers_name_index on agent_triggers (name) where enabled_at is not null;
create index agent_triggers_integration_index on agent_triggers (integration_id);

create table agent_runs (
  id uuid primary key,
  agent_id uuid not null references agents on delete cascade,
  status text not null check (status in ('queued', 'running', 'completed', 'failed', 'cancelled', 'skipped')),
  -- What started it: api, webhook, schedule or event; an event by its name.
  cause text not null,
  trigger_name text,
  payload jsonb not null,
  session_id uuid references sessions on delete set null,
  -- As it was when the run started.
  script text,
  script_exit_code integer,
  script_output text,
  error_message text,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  started_at timestamptz(3),
  ended_at timestamptz(3),
  check ((ended_at is null) = (status in ('queued', 'running')))
);
create index agent_runs_agent_index on agent_runs (agent_id, id);
create index agent_runs_session_index on agent_runs (session_id);
create index agent_runs_open_index on agent_runs (agent_id, id) where status in ('queued', 'running');
