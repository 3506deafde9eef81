-- Webhooks hear of a session that begins to wait for a person.
create function note_waiting_session() returns trigger language plpgsql as $$
begin
  insert into outgoing_events (organization_id, type, session_id, status)
    select sessions.organization_id,
      case
        when tg_table_name = 'plans' then 'session.plan_proposed'
        when to_jsonb(new) -> 'asked' ->> 'kind' = 'permission' then 'session.permission_requested'
        else 'session.question_asked'
      end,
      sessions.id, sessions.status
    from sessions
    where sessions.id = new.session_id and sessions.visibility = 'public' and has_webhooks(sessions.organization_id);
  return null;
end $$;
create trigger asks_event_trigger after insert on asks for each row execute function note_waiting_session();
create trigger plans_event_trigger after insert on plans for each row execute function note_waiting_session();
