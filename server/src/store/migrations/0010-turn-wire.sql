-- What a turn's harness and its driver said to each other: pieces of lines of JSON, gzipped, in the order of seq. Deleted after a while.
create table turn_wire (
  turn_id uuid not null references turns,
  attempt integer not null,
  seq integer not null,
  bytes bytea not null,
  created_at timestamptz(3) not null,
  primary key (turn_id, attempt, seq)
);
create index turn_wire_age on turn_wire (created_at);
