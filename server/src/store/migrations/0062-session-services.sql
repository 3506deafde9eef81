-- Services that the last sandbox of a session started, as its worker reported them. The API answers from these rows, because
-- the sandbox may run on another machine.
create table session_services (
  session_id uuid not null references sessions,
  name text not null,
  -- Sandbox. Reports of an earlier sandbox have no effect.
  sandbox_id uuid not null,
  -- Place in the order of the start.
  position integer not null,
  command text not null,
  port integer,
  state text not null check (state in ('starting', 'ready', 'exited', 'stopped')),
  -- Null if the service has not started.
  changed_at timestamptz(3),
  started_at timestamptz(3),
  ready_ms integer,
  exit_code integer,
  -- Number of the last log entry. Numbers continue across sandboxes, so that readers can resume.
  log_seq integer not null default 0,
  -- Number of the last entry before this sandbox.
  log_start_seq integer not null default 0,
  log_bytes integer not null default 0,
  primary key (session_id, name)
);

-- End of the output of each service, in entries.
create table session_service_logs (
  session_id uuid not null,
  name text not null,
  seq integer not null,
  text text not null,
  primary key (session_id, name, seq),
  foreign key (session_id, name) references session_services on delete cascade
);

-- Wakes the readers of a service's log, on the channel of session events.
create function notify_service() returns trigger language plpgsql as $$
begin
  perform pg_notify('tembo_events', new.session_id || '/' || new.name);
  return null;
end $$;
create trigger session_services_notify_trigger after update on session_services for each row
  when ((old.state, old.log_seq, old.sandbox_id) is distinct from (new.state, new.log_seq, new.sandbox_id))
  execute function notify_service();
