-- Tickets that open one live connection each. They live for half a minute.
create table live_tickets (
  token_hash bytea primary key,
  kind text not null check (kind in ('live', 'sessions', 'messages')),
  organization_id uuid not null references organizations,
  api_key_id uuid not null references api_keys,
  session_id uuid references sessions on delete cascade,
  expires_at timestamptz(3) not null
);
create index live_tickets_expiry_index on live_tickets (expires_at);
create index live_tickets_organization_index on live_tickets (organization_id);
