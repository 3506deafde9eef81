-- A key belongs to the person who sent it: with the same key, another member of the organization would be given their answer. Answers are
-- kept for a day only, and for those of before nobody knows whose they are.
delete from idempotent_requests;
alter table idempotent_requests add column user_id uuid not null references users (id) on delete cascade;
alter table idempotent_requests drop constraint idempotent_requests_pkey;
alter table idempotent_requests add primary key (organization_id, user_id, key);
create index idempotent_requests_user_index on idempotent_requests (user_id);
