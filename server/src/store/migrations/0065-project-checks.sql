-- Time at which the project's base branches were last compared with the forge. Null if they never were.
alter table projects add column branches_checked_at timestamptz(3);
