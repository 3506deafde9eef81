-- Processes that serve the API. The ID is also the ID of the worker in the same process. The address is the URL at which
-- the other servers reach the process, or null if they cannot.
create table servers (
  id uuid primary key,
  machine_id uuid not null,
  address text,
  heartbeat_at timestamptz(3) not null
);
create index servers_machine_index on servers (machine_id);
-- Server to which a worker without the API keeps a connection open.
create table worker_links (
  worker_id uuid primary key,
  server_id uuid not null references servers (id) on delete cascade
);
create index worker_links_server_index on worker_links (server_id);
