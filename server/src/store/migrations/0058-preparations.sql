-- Work that Tembo prepares while a person types: docs/adr/0031-work-is-prepared-while-a-person-types.md.
create table preparations (
  id uuid primary key,
  organization_id uuid not null references organizations (id) on delete cascade,
  user_id uuid unique references users (id) on delete cascade,
  key_id uuid not null references api_keys (id) on delete cascade,
  session_number integer,
  fingerprint bytea not null,
  request jsonb,
  worker_id uuid,
  created_at timestamp(3) with time zone not null,
  expires_at timestamp(3) with time zone not null,
  used_at timestamp(3) with time zone
);
create index preparations_worker_index on preparations (worker_id);
create index preparations_organization_index on preparations (organization_id);
create index preparations_key_index on preparations (key_id);
