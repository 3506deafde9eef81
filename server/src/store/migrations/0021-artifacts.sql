-- What people say of an artifact that they attach to a session, and where a session's own lay.
alter table artifacts
  add column category text,
  add column related_pull_request_urls text[] not null default '{}',
  -- What it was made from: the attachment that was uploaded. Its bytes are kept again, so it may go.
  add column asset_id uuid,
  -- Of a file that was uploaded from the workspace, as it was named there.
  add column path text;
