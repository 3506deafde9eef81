-- Who began to connect an integration, and in which browser. States live ten minutes: those from before are begun again.
delete from setup_states;
alter table setup_states add column user_id uuid not null;
alter table setup_states add column browser_hash bytea;
