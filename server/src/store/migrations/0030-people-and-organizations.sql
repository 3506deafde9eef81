-- What the admins of an organization manage and confirm of a person holds in that organization alone.

alter table users
  -- The organization whose admin made the account with a key, and whose admins may make more; null for an account that is a person's own.
  add column managed_by uuid references organizations;
update users u set managed_by = m.organization_id
  from members m
  where m.user_id = u.id and m.created_at < u.created_at
    and not exists (select 1 from user_passwords p where p.user_id = u.id);

alter table members
  -- The address that the organization confirmed. It counts while it is the person's own.
  add column verified_email text;
-- An admin wrote down the address of an invitation. Where the person was there before the place, they wrote it themselves.
update members m set verified_email = m.email
  from users u
  where u.id = m.user_id and lower(u.email) = lower(m.email) and m.created_at <= u.created_at
    and u.email <> 'admin@users.noreply.localhost';

-- A link names a member, and none the installation's first person; address and role are for the log. Links that name an address alone end
-- here; they last a day.
delete from welcome_links where email is not null;
drop index welcome_links_first_index;
alter table welcome_links
  drop column email,
  drop column role,
  add column member_id uuid references members on delete cascade;
create unique index welcome_links_first_index on welcome_links ((member_id is null)) where member_id is null;
create index welcome_links_member_index on welcome_links (member_id);

alter table api_keys
  -- The key that a sign-in was made with, and ends with.
  add column made_by uuid references api_keys,
  -- When the password was last entered in a sign-in.
  add column confirmed_at timestamptz(3),
  -- Made of the operator's setting, which makes one at a time.
  add column is_bootstrap boolean not null default false;
create index api_keys_made_by_index on api_keys (made_by) where made_by is not null;
