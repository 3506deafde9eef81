alter table organizations
  add column settings jsonb not null default '{}',
  add column egress jsonb not null default '{"preset": "none", "allow": []}',
  add column session_budget_microusd bigint check (session_budget_microusd >= 0),
  add column month_budget_microusd bigint check (month_budget_microusd >= 0);

alter table sessions
  add column sandbox_size text not null default 'small'
    check (sandbox_size in ('nano', 'micro', 'small', 'medium', 'large', 'xl')),
  add column is_planning boolean not null default false,
  add column egress jsonb,
  add column budget_microusd bigint check (budget_microusd >= 0);

-- Sealed outside: the database never sees a value. `version` is part of what each was sealed for.
create table secrets (
  id uuid primary key,
  organization_id uuid not null references organizations,
  -- 'secret': of the organization's people. 'provider': a model provider's key. 'authority': the egress door's own.
  kind text not null check (kind in ('secret', 'provider', 'authority')),
  name text not null,
  version integer not null check (version > 0),
  sealed bytea not null,
  master_key_id text not null,
  binding jsonb check (binding is null or kind = 'secret'),
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  constraint secrets_name_key unique (organization_id, kind, name)
);
create index secrets_organization_index on secrets (organization_id, kind, id);
create index secrets_master_key_index on secrets (master_key_id);

create table usage (
  turn_id uuid not null references turns,
  model text not null,
  session_id uuid not null references sessions,
  organization_id uuid not null references organizations,
  requests integer not null,
  input_tokens bigint not null,
  output_tokens bigint not null,
  cached_input_tokens bigint not null,
  cache_write_tokens bigint not null,
  cost_microusd bigint not null,
  unpriced_requests integer not null,
  created_at timestamptz(3) not null,
  -- Added again after a lost connection, an answer counts once: those of a turn come one after the other.
  last_answer_id uuid not null,
  primary key (turn_id, model)
);
create index usage_session_index on usage (session_id);
create index usage_organization_index on usage (organization_id, created_at) include (cost_microusd);
