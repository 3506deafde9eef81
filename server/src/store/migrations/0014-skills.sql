-- Folders of files that teach harnesses; each goes whole into sandboxes.
create table skills (
  id uuid primary key,
  organization_id uuid not null references organizations,
  name text not null,
  description text not null,
  -- [{"id", "filename", "content"}]
  files jsonb not null,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  constraint skills_name_key unique (organization_id, name)
);
create index skills_organization_index on skills (organization_id, id);
