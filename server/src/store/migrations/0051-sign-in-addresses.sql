-- The IP address of the client that signed in. The audit log has it for the sign-ins that exist already.
alter table api_keys add column address text;
update api_keys k set address = e.address
from audit_events e
where k.kind = 'signIn' and k.revoked_at is null and e.action = 'signIn.succeeded' and e.object_kind = 'signIn' and e.object_id = k.id::text;
