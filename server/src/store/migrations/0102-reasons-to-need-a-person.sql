-- Items of session lists state why a session needs a person. A turn that replaces a plan changes its session, which notes
-- the change already.
create trigger asks_card_trigger after insert or delete on asks for each row execute function note_card_change();
create trigger asks_card_update_trigger after update on asks for each row
  when ((old.session_id, old.answer is null) is distinct from (new.session_id, new.answer is null))
  execute function note_card_change();

create trigger plans_card_trigger after insert or delete on plans for each row execute function note_card_change();
create trigger plans_card_update_trigger after update on plans for each row
  when ((old.session_id, old.state) is distinct from (new.session_id, new.state))
  execute function note_card_change();

-- The few sessions that need a person, and those that a person has pinned. The first index serves sessions that the list
-- shows, because failed sessions stay until somebody archives them.
create index sessions_failed_index on sessions (organization_id) where status = 'failed' and deleted_at is null
  and archived_at is null;
create index sessions_pinned_index on sessions (organization_id) where is_pinned and deleted_at is null;
create index asks_waiting_index on asks (session_id) where answer is null;
create index plans_proposed_index on plans (session_id) where state = 'proposed';

-- The previous release has 0100, and the function that the triggers call. Its statements on these tables only take longer.
update required_migration set name = '0100-archived-sessions.sql';
