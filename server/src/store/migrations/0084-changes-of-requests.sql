-- True once a transaction of the request has changed something. Such a request is not processed again if its server dies.
alter table idempotent_requests add column has_changes boolean not null default false;
