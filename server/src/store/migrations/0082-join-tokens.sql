-- Tokens with which machines join. A row contains only a hash and a public key, which are derived from the token.
create table join_tokens (
  id uuid primary key,
  proof_hash bytea not null,
  public_key bytea not null,
  -- HMAC under the master key. A row that was written without the key permits nothing.
  signature bytea not null,
  created_at timestamptz(3) not null,
  expires_at timestamptz(3) not null,
  used_at timestamptz(3),
  -- ID of the request that used the token.
  used_by uuid,
  check ((used_at is null) = (used_by is null))
);
