-- Who is signed in with a browser has an API key that only a cookie carries.
alter table api_keys
  add column kind text not null default 'key' constraint api_keys_kind_check check (kind in ('key', 'signIn')),
  add column expires_at timestamptz(3),
  -- What the browser said of itself when it signed in.
  add column user_agent text,
  add constraint api_keys_expiry_check check ((kind = 'signIn') = (expires_at is not null));

create table user_passwords (
  user_id uuid primary key references users,
  -- Signs in. What people say of themselves elsewhere need not be unique.
  email text not null,
  -- With its parameters: scrypt$<N>$<r>$<p>$<salt>$<key>, the last two in base64.
  hash text not null,
  updated_at timestamptz(3) not null
);
create unique index user_passwords_email_index on user_passwords (lower(email));

-- Links with which a person chooses a password, once.
create table welcome_links (
  token_hash bytea primary key,
  organization_id uuid not null references organizations,
  -- Null for the installation's first person.
  email text,
  role text not null check (role in ('admin', 'member')),
  expires_at timestamptz(3) not null
);
create unique index welcome_links_first_index on welcome_links ((email is null)) where email is null;
create index welcome_links_organization_index on welcome_links (organization_id);
