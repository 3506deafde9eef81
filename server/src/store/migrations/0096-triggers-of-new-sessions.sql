-- First message of the session, if the statement that inserted the session also inserted that message. The entry of a new
-- session then contains the message from the start, and its index entries are written once.
alter table session_search add column message_id uuid;

create or replace function index_session_of_row() returns trigger language plpgsql as $$
declare
  the_message uuid;
  the_content text;
begin
  if tg_op = 'UPDATE' then
    perform index_session(new.id);
    return null;
  end if;
  select id, content into the_message, the_content from messages
    where session_id = new.id and deleted_at is null order by position limit 1;
  insert into session_search (session_id, organization_id, words, lexemes, message_id)
  values (new.id, new.organization_id,
    search_fold(new.title || E'\n' || left(new.prompt, 10000) || E'\n' || left(coalesce(new.description, ''), 10000)),
    setweight(search_lexemes(new.title), 'A')
      || setweight(search_lexemes(new.prompt) || search_lexemes(coalesce(new.description, '')), 'B')
      || setweight(search_lexemes(coalesce(the_content, '')), 'C'),
    the_message);
  return null;
end $$;

create or replace function index_message() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' then
    perform index_session(new.session_id);
    return null;
  end if;
  perform from session_search where session_id = new.session_id and message_id = new.id;
  if found then
    return null;
  end if;
  begin
    update session_search set lexemes = lexemes || setweight(search_lexemes(new.content), 'C')
      where session_id = new.session_id;
  exception when program_limit_exceeded then
    null; -- It has all the words that it can hold.
  end;
  return null;
end $$;

-- A new row has no old one. With one condition for both, PostgreSQL planned the statement anew each time.
create or replace function note_card_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    delete from session_card_changes where id in (
      select id from session_card_changes where session_id = new.session_id for update skip locked);
    insert into session_card_changes (session_id) select new.session_id where new.session_id is not null;
    return null;
  end if;
  delete from session_card_changes where id in (
    select id from session_card_changes where session_id in (old.session_id, new.session_id) for update skip locked);
  insert into session_card_changes (session_id)
    select distinct one from unnest(array[old.session_id, new.session_id]) as changed (one) where one is not null;
  return null;
end $$;

-- The functions above do the same for the previous version, which inserts a session before its first message.
update required_migration set name = '0095-installation-state.sql';
