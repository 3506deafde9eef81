-- Tables get the names that the code uses: docs/adr/0026-names-from-the-field.md.
alter table welcome_links rename to invitation_links;
alter table invitation_links rename constraint welcome_links_pkey to invitation_links_pkey;
alter table invitation_links rename constraint welcome_links_member_id_fkey to invitation_links_member_id_fkey;
alter table invitation_links
  rename constraint welcome_links_organization_id_fkey to invitation_links_organization_id_fkey;
alter index welcome_links_first_index rename to invitation_links_first_index;
alter index welcome_links_member_index rename to invitation_links_member_index;
alter index welcome_links_organization_index rename to invitation_links_organization_index;
alter trigger welcome_links_audit_trigger on invitation_links rename to invitation_links_audit_trigger;

alter table kept_sandboxes rename to warm_sandboxes;
alter table warm_sandboxes rename constraint kept_sandboxes_pkey to warm_sandboxes_pkey;
alter table warm_sandboxes rename constraint kept_sandboxes_session_id_fkey to warm_sandboxes_session_id_fkey;
alter index kept_sandboxes_worker_index rename to warm_sandboxes_worker_index;

alter table turn_wire rename to turn_protocol_log;
alter table turn_protocol_log rename constraint turn_wire_pkey to turn_protocol_log_pkey;
alter table turn_protocol_log rename constraint turn_wire_turn_id_fkey to turn_protocol_log_turn_id_fkey;
alter index turn_wire_age rename to turn_protocol_log_age_index;

create or replace function bound_outgoing_events() returns trigger language plpgsql as $$
begin
  if not exists (select from outgoing_events where organization_id = new.organization_id offset 9999) then
    return new;
  end if;
  update webhooks set enabled_at = null, disabled_at = clock_timestamp(), updated_at = clock_timestamp(),
      disabled_reason = 'The queue of undelivered events reached its limit of 10,000, because no worker of Tembo '
        'was running. Start a worker, then enable the webhook. Events that occur while it is disabled are not delivered.'
    where organization_id = new.organization_id and enabled_at is not null;
  return null;
end $$;
