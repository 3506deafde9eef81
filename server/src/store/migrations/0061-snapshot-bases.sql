-- System below the setup layer: its pinned reference, its variables and the user of programs. Null is the machine's own system.
alter table project_snapshots add column base jsonb;
