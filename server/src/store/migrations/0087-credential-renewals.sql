-- Process that renews the OAuth credential of an integration. Many refresh tokens can be used only once.
create table credential_renewals (
  integration_id uuid primary key references integrations on delete cascade,
  renewal_id uuid not null,
  ends_at timestamptz(3) not null
);
