-- Large immutable bytes, which are encrypted in the blob store. `sealed_key` is the key of a blob's bytes.
create table blobs (
  id uuid primary key,
  organization_id uuid not null references organizations,
  kind text not null check (kind in ('workspace', 'attachment', 'artifact', 'protocol', 'layer')),
  sealed_key bytea not null,
  master_key_id text not null,
  size_bytes bigint not null check (size_bytes >= 0),
  stored_bytes bigint not null check (stored_bytes >= 0),
  sha256 text not null,
  created_at timestamptz(3) not null
);
create index blobs_master_key_index on blobs (master_key_id);
create index blobs_age_index on blobs (created_at);
create index blobs_content_index on blobs (organization_id, sha256);

-- A file of an earlier version has no blob until it is moved. Its bytes are in `attachments/` of the data folder.
alter table attachments add column blob_id uuid references blobs;
create index attachments_blob_index on attachments (blob_id);

alter table artifact_files
  alter column bytes drop not null,
  add column blob_id uuid references blobs,
  add check (num_nonnulls(bytes, blob_id) = 1);
create index artifact_files_blob_index on artifact_files (blob_id) where blob_id is not null;

alter table turn_protocol_log
  alter column bytes drop not null,
  add column blob_id uuid references blobs,
  add check (num_nonnulls(bytes, blob_id) = 1);
create index turn_protocol_log_blob_index on turn_protocol_log (blob_id) where blob_id is not null;
