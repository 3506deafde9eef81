-- The master keys that servers used with this database. All servers must have the current key.
create table master_keys (
  id text primary key,
  is_current boolean not null
);
create unique index master_keys_current_index on master_keys (is_current) where is_current;

-- A server whose key file was not replaced after a rotation would seal values that the other servers cannot open.
create function refuse_replaced_master_key() returns trigger language plpgsql as $$
begin
  if exists (select from master_keys where id = new.master_key_id and not is_current) then
    raise exception 'The master key % was replaced by a rotation, but this server still uses it', new.master_key_id
      using errcode = 'TB003';
  end if;
  return new;
end $$;
create trigger secrets_master_key_trigger before insert or update of master_key_id on secrets
  for each row execute function refuse_replaced_master_key();
create trigger blobs_master_key_trigger before insert or update of master_key_id on blobs
  for each row execute function refuse_replaced_master_key();
