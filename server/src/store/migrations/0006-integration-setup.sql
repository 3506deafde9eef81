-- One way back from a forge: only the hash is kept, so that who reads the table can use none.
create table setup_states (
  state_hash bytea primary key,
  integration_id uuid not null references integrations on delete cascade,
  purpose text not null check (purpose in ('oauth', 'appManifest', 'appInstallation')),
  return_url text,
  expires_at timestamptz(3) not null
);
create index setup_states_integration_index on setup_states (integration_id);
create index setup_states_expiry_index on setup_states (expires_at);

create table integration_syncs (
  id uuid primary key,
  integration_id uuid not null references integrations on delete cascade,
  enables_new boolean not null,
  requested_at timestamptz(3) not null,
  ended_at timestamptz(3),
  succeeded boolean,
  outcome text,
  constraint integration_syncs_end_check check ((ended_at is null) = (succeeded is null) and (ended_at is null) = (outcome is null))
);
create index integration_syncs_integration_index on integration_syncs (integration_id, requested_at);

-- When a sync found that its forge no longer shows it.
alter table repositories add column vanished_at timestamptz(3);
create index repositories_integration_index on repositories (integration_id, id);
