-- A sign-in is good with two secrets: the token in the cookie, which a browser sends to every port of the host, and one that the page keeps.
update api_keys set revoked_at = now(), updated_at = now() where kind = 'signIn' and revoked_at is null;
alter table api_keys add column page_secret_hash bytea;

-- Browsers in which a person has entered their right password: others' wrong ones do not count against these.
create table known_browsers (
  token_hash bytea primary key,
  user_id uuid not null references user_passwords on delete cascade,
  created_at timestamptz(3) not null
);
create index known_browsers_user_index on known_browsers (user_id, created_at);
