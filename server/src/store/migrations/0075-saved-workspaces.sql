-- Machine whose disk has the newest files of a session, and the blobs from which another machine can restore them. Without
-- blobs, nothing is saved.
create table session_workspaces (
  session_id uuid primary key references sessions,
  machine_id uuid not null,
  -- Completeness of the files in the blobs.
  tier text check (tier in ('changes', 'full')),
  workspace_blob_id uuid references blobs,
  home_blob_id uuid references blobs,
  saved_at timestamptz(3),
  -- True if no program has worked in the sandbox since the save.
  is_current boolean not null default false,
  -- Turn whose prompt the saved conversation of the harness contains.
  prompted_turn_id uuid references turns,
  check (num_nulls(tier, workspace_blob_id, home_blob_id, saved_at) in (0, 4))
);
create index session_workspaces_machine_index on session_workspaces (machine_id);
create index session_workspaces_workspace_blob_index on session_workspaces (workspace_blob_id);
create index session_workspaces_home_blob_index on session_workspaces (home_blob_id);

-- Captured commits of a session's repository, without those that its forge has.
create table saved_captures (
  session_id uuid not null references session_workspaces on delete cascade,
  repository_id uuid not null references repositories,
  -- Commits by full ref name.
  refs jsonb not null,
  -- Patterns of files that captures leave out.
  exclude text,
  -- Packs: commits that the forge had and no longer has, and the others.
  former_blob_id uuid references blobs,
  own_blob_id uuid references blobs,
  primary key (session_id, repository_id)
);
create index saved_captures_former_blob_index on saved_captures (former_blob_id);
create index saved_captures_own_blob_index on saved_captures (own_blob_id);
