-- Metrics read the sessions that are not saved, and the newest save of a machine.
create index session_workspaces_unsaved_index on session_workspaces (machine_id) where not is_current;
create index session_workspaces_saved_index on session_workspaces (machine_id, saved_at) where saved_at is not null;
