-- Release of the process, and the free space for its data folder. Null for processes of earlier versions.
alter table workers add column release text, add column free_disk_bytes bigint;
alter table servers add column release text, add column free_disk_bytes bigint;
