-- What waits to be told to webhooks is bounded, and what a webhook is not told for that is in its log.
alter table webhooks add column disabled_at timestamptz(3);
-- Since when the event cannot be told.
alter table outgoing_events add column failing_since timestamptz(3);
create index outgoing_deliveries_pending_index on outgoing_deliveries (webhook_id) where status = 'pending';

-- Events wait only while no worker takes them. Transactions that run at once may note a few more.
create function bound_outgoing_events() returns trigger language plpgsql as $$
begin
  if not exists (select from outgoing_events where organization_id = new.organization_id offset 9999) then
    return new;
  end if;
  update webhooks set enabled_at = null, disabled_at = clock_timestamp(), updated_at = clock_timestamp(),
      disabled_reason = '10,000 events waited to be told, as no worker of Tembo took them. Enable it again when one runs; '
        'what happened meanwhile is not told.'
    where organization_id = new.organization_id and enabled_at is not null;
  return null;
end $$;
create trigger outgoing_events_bound_trigger before insert on outgoing_events
  for each row execute function bound_outgoing_events();
