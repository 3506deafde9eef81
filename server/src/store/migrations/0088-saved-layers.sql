-- Environment layers in the blob store. Machines that lack a layer fetch it from there.
create table saved_layers (
  organization_id uuid not null references organizations on delete cascade,
  digest text not null,
  blob_id uuid not null references blobs,
  saved_at timestamptz(3) not null,
  primary key (organization_id, digest)
);
create index saved_layers_blob_index on saved_layers (blob_id);
