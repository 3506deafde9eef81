-- Who began to connect an integration, and in which browser. States live ten minutes: those from before are begun again.
delete from setup_states;
alter table setup_states add column user_id uuid not null;
alter table setup_states add column browser_hash bytea;

-- SHA-256 of the body, where no two honest deliveries have the same one: a replay under another id is known by it.
alter table deliveries add column body_hash bytea;
create unique index deliveries_body_key on deliveries (integration_id, body_hash) where body_hash is not null;
