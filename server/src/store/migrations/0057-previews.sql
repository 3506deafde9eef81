-- Ports of sandboxes that people open in a browser: docs/adr/0030-previews.md.
create table previews (
  id uuid primary key,
  organization_id uuid not null references organizations (id) on delete cascade,
  session_id uuid not null references sessions (id) on delete cascade,
  port integer not null check (port between 1 and 65535),
  name text,
  -- First label of the preview's host name.
  host_label text not null unique,
  created_at timestamptz(3) not null,
  unique (session_id, port)
);

create table preview_shares (
  id uuid primary key,
  organization_id uuid not null references organizations (id) on delete cascade,
  preview_id uuid not null references previews (id) on delete cascade,
  -- First label of the preview's host name, which the audit log shows.
  host_label text not null,
  token_hash bytea not null unique,
  created_by uuid not null references users (id) on delete cascade,
  created_at timestamptz(3) not null,
  expires_at timestamptz(3) not null
);
create index preview_shares_preview_index on preview_shares (preview_id);
create trigger preview_shares_audit_trigger after insert or delete on preview_shares for each row
  execute function audit_row('previewShare', 'host_label');

-- Codes are exchanged once for a grant. A grant's token is the cookie of one preview host. Both end with the sign-in, the
-- API key or the share link that they were created with.
create table preview_codes (
  token_hash bytea primary key,
  preview_id uuid not null references previews (id) on delete cascade,
  api_key_id uuid references api_keys (id) on delete cascade,
  share_id uuid references preview_shares (id) on delete cascade,
  challenge text,
  expires_at timestamptz(3) not null,
  check (num_nonnulls(api_key_id, share_id) = 1)
);
create index preview_codes_expiry_index on preview_codes (expires_at);

create table preview_grants (
  token_hash bytea primary key,
  preview_id uuid not null references previews (id) on delete cascade,
  api_key_id uuid references api_keys (id) on delete cascade,
  share_id uuid references preview_shares (id) on delete cascade,
  expires_at timestamptz(3) not null,
  check (num_nonnulls(api_key_id, share_id) = 1)
);
create index preview_grants_preview_index on preview_grants (preview_id, expires_at);
create index preview_grants_expiry_index on preview_grants (expires_at);
