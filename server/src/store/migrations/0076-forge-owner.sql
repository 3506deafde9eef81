-- Machine whose disk has the repositories of the built-in forge, and the URL at which other machines reach its server.
create table forge_owner (
  is_only boolean primary key default true check (is_only),
  machine_id uuid not null,
  url text not null
);
