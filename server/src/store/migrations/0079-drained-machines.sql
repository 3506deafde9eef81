-- Reason why a machine that was drained could not save the session's newest files. A save deletes it.
alter table session_workspaces add column unsaved_reason text;
