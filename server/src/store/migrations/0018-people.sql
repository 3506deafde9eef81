-- People. A key is of a person, in an organization that the person is a member of.
create table users (
  id uuid primary key,
  -- Not unique: nobody has shown that an address is theirs, so a person who is invited twice is two.
  email text,
  name text,
  onboarding jsonb,
  settings jsonb not null default '{}',
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  -- What is left of one that was deleted is the id, for what names it.
  deleted_at timestamptz(3)
);

create table members (
  id uuid primary key,
  organization_id uuid not null references organizations,
  -- Null until the first key is made for who was invited.
  user_id uuid references users,
  email text not null,
  role text not null check (role in ('admin', 'member')),
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  constraint members_user_key unique (organization_id, user_id)
);
create unique index members_email_index on members (organization_id, lower(email));
create index members_organization_index on members (organization_id, id);
create index members_user_index on members (user_id);

-- Whoever had a key could do everything: they become the first person of their organization.
create temporary table first_people on commit drop as
  select id as organization_id, gen_random_uuid() as user_id from organizations;
insert into users (id, email, created_at, updated_at)
  select user_id, 'admin@users.noreply.localhost', now(), now() from first_people;
insert into members (id, organization_id, user_id, email, role, created_at, updated_at)
  select gen_random_uuid(), organization_id, user_id, 'admin@users.noreply.localhost', 'admin', now(), now()
  from first_people;

alter table api_keys add column user_id uuid references users;
update api_keys set user_id = first_people.user_id
  from first_people where first_people.organization_id = api_keys.organization_id;
alter table api_keys alter column user_id set not null;
create index api_keys_user_index on api_keys (user_id);

alter table organizations
  add column slug text,
  add column onboarding jsonb not null default '{}',
  add column updated_at timestamptz(3),
  add column deleted_at timestamptz(3);
create unique index organizations_slug_index on organizations (slug) where deleted_at is null;

-- Whose it alone is; null for the whole organization's.
alter table mcp_connections add column user_id uuid references users;
