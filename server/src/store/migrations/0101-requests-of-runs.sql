-- Request that started the run, and its API key or sign-in. All are null for a schedule and a trigger. The trace context is
-- also null if the server that received the request records no traces.
alter table agent_runs
  add column started_by_key uuid references api_keys on delete set null,
  add column request_id text constraint agent_runs_request_id_check check (length(request_id) <= 128),
  add column traceparent text constraint agent_runs_traceparent_check check (length(traceparent) = 55);
