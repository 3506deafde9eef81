create table integrations (
  id uuid primary key,
  organization_id uuid not null references organizations,
  forge text not null check (forge in ('github', 'gitlab', 'bitbucket', 'gitea')),
  display_name text not null,
  web_url text not null,
  api_url text not null,
  account jsonb,
  settings jsonb not null,
  enabled_at timestamptz(3),
  last_synced_at timestamptz(3),
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null
);
create index integrations_organization_index on integrations (organization_id, id);
create index integrations_forge_index on integrations (forge, id) where enabled_at is not null;

-- 'integration': what a forge lets in.
alter table secrets drop constraint secrets_kind_check,
  add constraint secrets_kind_check check (kind in ('secret', 'provider', 'authority', 'integration'));

alter table repositories
  add column integration_id uuid references integrations,
  add column external_id text,
  add column is_archived boolean not null default false,
  add column settings jsonb not null default '{}',
  add constraint repositories_external_check check ((forge = 'local') = (external_id is null));
-- A path of the local forge is one of the installation; other forges belong to whoever connects them.
drop index repositories_path_key;
create unique index repositories_path_key on repositories (lower(owner), lower(name)) where forge = 'local';
create unique index repositories_external_key on repositories (integration_id, external_id);

alter table sessions add column source jsonb;
create index sessions_source_index on sessions
  ((source ->> 'repositoryId'), (source ->> 'kind'), (source ->> 'number'), id) where source is not null;

alter table messages add column author jsonb, add column source jsonb;
-- Each comment is worked once.
create table taken_comments (
  repository_id uuid not null references repositories,
  comment_id text not null,
  message_id uuid not null,
  primary key (repository_id, comment_id)
);

alter table pull_requests
  alter column session_id drop not null,
  add column external_id text not null default '',
  add column is_draft boolean not null default false,
  add column is_from_fork boolean not null default false,
  add column mergeability text not null default 'unknown'
    check (mergeability in ('unknown', 'mergeable', 'conflicting', 'blocked')),
  add column author jsonb,
  add column reviewers jsonb not null default '[]',
  add column checks jsonb not null default '{"state": "none", "failed": []}',
  add column forge_updated_at timestamptz(3);
update pull_requests set forge_updated_at = updated_at, external_id = number::text;
alter table pull_requests
  alter column external_id drop default,
  alter column forge_updated_at set not null;
create index pull_requests_head_index on pull_requests (repository_id, head_sha) where status = 'open';

create table check_fixes (
  pull_request_id uuid not null references pull_requests,
  head_sha text not null,
  primary key (pull_request_id, head_sha)
);

create table deliveries (
  id uuid primary key,
  organization_id uuid not null references organizations,
  -- Null for the local forge.
  integration_id uuid references integrations on delete cascade,
  forge text not null,
  delivery_id text not null,
  event_name text not null,
  source text not null check (source in ('webhook', 'polling', 'replay')),
  headers jsonb not null,
  body bytea not null,
  status text not null check (status in ('received', 'worked', 'ignored', 'failed')),
  outcome text,
  session_id uuid references sessions,
  received_at timestamptz(3) not null,
  worked_at timestamptz(3),
  constraint deliveries_delivery_key unique nulls not distinct (integration_id, delivery_id),
  constraint deliveries_integration_check check ((integration_id is null) = (forge = 'local')),
  constraint deliveries_end_check check ((status = 'received') = (worked_at is null))
);
create index deliveries_organization_index on deliveries (organization_id, id);
create index deliveries_integration_index on deliveries (integration_id, id);
create index deliveries_received_index on deliveries (received_at);
create index deliveries_session_index on deliveries (session_id);
