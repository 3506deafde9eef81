-- Threads of lines are resolved, by somebody; and who closed a pull request is known.
alter table local_comments
  add column resolved_at timestamptz(3),
  add column resolved_by jsonb,
  add constraint local_comments_resolved_check check ((resolved_at is null) = (resolved_by is null));
alter table local_pull_requests add column closed_by jsonb;
