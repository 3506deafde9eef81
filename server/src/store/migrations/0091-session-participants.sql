-- People who took part in a session: users who created it or sent it a message, by user ID, and authors of its messages, by
-- login. Transactions only insert rows, which may occur twice, so no transaction waits for another one.
create table session_participants (
  participant text not null,
  session_id uuid not null
);

create function note_maker() returns trigger language plpgsql as $$
begin
  insert into session_participants (participant, session_id)
    select k.user_id::text, new.id from api_keys k where k.id = new.created_by_key and not exists (
      select from session_participants p where p.participant = k.user_id::text and p.session_id = new.id);
  return null;
end $$;
create trigger sessions_maker_trigger after insert or update of created_by_key on sessions for each row
  when (new.created_by_key is not null) execute function note_maker();

create function note_sender() returns trigger language plpgsql as $$
begin
  insert into session_participants (participant, session_id)
    select one.participant, new.session_id from (
      select k.user_id::text as participant from api_keys k where k.id = new.sent_by_key
      union select new.author ->> 'login') one
    where one.participant is not null and not exists (
      select from session_participants p where p.participant = one.participant and p.session_id = new.session_id);
  return null;
end $$;
create trigger messages_sender_trigger after insert or update of sent_by_key, author on messages for each row
  when (new.sent_by_key is not null or new.author is not null) execute function note_sender();

create function remove_participants() returns trigger language plpgsql as $$
begin
  delete from session_participants where session_id = new.id;
  return null;
end $$;
create trigger sessions_purged_participants_trigger after update of purged_at on sessions for each row
  when (new.purged_at is not null) execute function remove_participants();

insert into session_participants (participant, session_id)
  select k.user_id::text, s.id from sessions s join api_keys k on k.id = s.created_by_key where s.purged_at is null
  union select k.user_id::text, m.session_id from messages m join api_keys k on k.id = m.sent_by_key
    join sessions s on s.id = m.session_id where s.purged_at is null
  union select m.author ->> 'login', m.session_id from messages m
    where m.author is not null and m.author ->> 'login' is not null;
create index session_participants_index on session_participants (participant, session_id);
create index session_participants_session_index on session_participants (session_id);
