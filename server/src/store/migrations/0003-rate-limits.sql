-- Columns and their order are those that rate-limiter-flexible writes. Unlogged: a count is written with each request and need not
-- outlive a crash; the space left in pages lets it be written in place.
create unlogged table rate_limits (
  key text primary key,
  points integer not null,
  -- Milliseconds since 1970.
  expire bigint
) with (fillfactor = 50);
create index rate_limits_expire_index on rate_limits (expire);
