-- Whether the patch of a diff reproduces the whole change. Earlier patches named binary files without their content, and ended at 10 MiB.
alter table diffs add column is_complete boolean not null default true;
update diffs set is_complete = false
where position(E'\nBinary files ' in patch) > 0
  or position(U&'\FFFD' in patch) > 0
  or octet_length(patch) > 10 * 1024 * 1024 - 65536;
