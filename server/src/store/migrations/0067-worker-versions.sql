-- Version of the workflows that the worker runs. Workers of releases without this column run version 3.
alter table workers add column version integer not null default 3;
