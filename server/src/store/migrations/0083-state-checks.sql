-- Machine that did not start the turn after it was placed there. The placer prefers other machines.
alter table turn_placements add column avoided_machine_id uuid;

-- Newest result of each reconciliation check. A check may take several runs.
create table state_checks (
  name text primary key,
  checked_at timestamptz(3) not null,
  -- Number of differences, and how many of them were corrected.
  found integer not null,
  fixed integer not null,
  -- Differences that need attention, at most 20.
  open_items text[] not null,
  -- Such differences of the previous check, until this one is complete.
  earlier_items text[] not null default '{}',
  -- ID after which the next run continues, or null to start again.
  cursor uuid
);
