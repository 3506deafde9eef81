-- True once the ports that the session's dev container forwards are published. Sessions of earlier versions published them
-- in their first turn, so that a port which a person removed does not return.
alter table sessions add column has_published_forwards boolean not null default false;
update sessions set has_published_forwards = true
where exists (select from turns where turns.session_id = sessions.id and turns.ended_at is not null);
