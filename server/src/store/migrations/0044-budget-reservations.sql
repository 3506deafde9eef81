-- What requests to models that run may cost at most, held against budgets until they end. One of a process that died expires.
create table budget_reservations (
  id uuid primary key,
  organization_id uuid not null,
  session_id uuid not null,
  cost_microusd bigint not null,
  expires_at timestamptz(3) not null
);
create index budget_reservations_organization_index on budget_reservations (organization_id);
