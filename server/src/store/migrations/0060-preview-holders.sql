-- The limits of codes and grants apply to their holder: an API key, a sign-in or a share link.
create index preview_codes_holder_index on preview_codes (coalesce(api_key_id, share_id));
drop index preview_grants_preview_index;
create index preview_grants_holder_index on preview_grants (preview_id, coalesce(api_key_id, share_id), expires_at);
