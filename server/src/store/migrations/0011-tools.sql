-- A session that was started from inside another one; the root of its chain was not.
create table child_sessions (
  session_id uuid primary key references sessions on delete cascade,
  parent_id uuid not null references sessions,
  root_id uuid not null references sessions,
  -- 1 for a child of the root.
  depth integer not null check (depth > 0),
  check (session_id <> parent_id)
);
create index child_sessions_root_index on child_sessions (root_id);
create index child_sessions_parent_index on child_sessions (parent_id);

-- What a chain of sessions keeps for itself.
create table session_states (
  root_id uuid not null references sessions on delete cascade,
  key text not null,
  value jsonb not null,
  updated_at timestamptz(3) not null,
  primary key (root_id, key)
);

-- Servers of the Model Context Protocol that sessions may name. What is secret of them is sealed in `secrets`.
create table mcp_connections (
  id uuid primary key,
  organization_id uuid not null references organizations,
  name text not null,
  -- {type: "remote", url, headerKeys} or {type: "stdio", command, args, envKeys}
  server jsonb not null,
  -- When a test reached it last.
  connected_at timestamptz(3),
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  constraint mcp_connections_name_key unique (organization_id, name)
);
create index mcp_connections_organization_index on mcp_connections (organization_id, id);

alter table sessions
  add column mcp_servers text[] not null default '{}',
  -- The agent said how it is called: what its harness makes up counts no more.
  add column is_title_chosen boolean not null default false;

alter table secrets drop constraint secrets_kind_check,
  add constraint secrets_kind_check check (kind in ('secret', 'provider', 'authority', 'integration', 'mcpConnection'));

alter table artifacts
  add column description text,
  add column file_name text,
  add column content_type text;

-- The bytes of an artifact that is a file and no text.
create table artifact_files (
  artifact_id uuid primary key references artifacts on delete cascade,
  bytes bytea not null
);
