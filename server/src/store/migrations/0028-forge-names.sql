-- What people are called on the forges of their organizations, as they say themselves.
create table forge_names (
  user_id uuid not null references users,
  integration_id uuid not null references integrations on delete cascade,
  login text not null,
  primary key (user_id, integration_id)
);
create index forge_names_integration_index on forge_names (integration_id);
