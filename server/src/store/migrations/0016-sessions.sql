-- Sessions that are seen, pinned, forked, deleted and found; and requests that may be repeated.

create extension if not exists unaccent;

alter table sessions
  add column visibility text not null default 'public' check (visibility in ('public', 'private')),
  add column is_pinned boolean not null default false,
  add column level integer not null default 0 check (level between 0 and 100),
  add column created_by_key uuid references api_keys,
  add column rich_content jsonb,
  -- Of the request that made it under an id of the client's own.
  add column request_hash bytea,
  -- The pull request that it was asked to work on.
  add column source_pull_request_id uuid references pull_requests,
  -- Nobody sees it from then on; a job blanks it and removes what belongs to it.
  add column deleted_at timestamptz(3),
  add column purged_at timestamptz(3);

create index sessions_queued_index on sessions (organization_id, coalesce(last_queued_at, created_at), id)
  where deleted_at is null;
create index sessions_created_index on sessions (organization_id, created_at, id) where deleted_at is null;
create index sessions_updated_index on sessions (organization_id, updated_at, id) where deleted_at is null;
create index sessions_unpurged_index on sessions (deleted_at) where deleted_at is not null and purged_at is null;

-- Where the work starts, before what the session says; a fork starts from the branch that it came from.
alter table session_repositories add column base_branch text;

-- What a fork knows of the session that it came from: that one may be deleted meanwhile.
create table session_forks (
  session_id uuid primary key references sessions on delete cascade,
  parent_id uuid not null,
  transcript text
);

-- Letters as they are sought: without accents and case.
create function search_fold(given text) returns text language sql stable parallel safe
as $$ select lower(unaccent(given)) $$;

-- Words beyond the first 10,000 characters are not found: a prompt may have a million. Signs part words, also in paths and addresses.
create function search_lexemes(given text) returns tsvector language sql stable parallel safe
as $$
  select to_tsvector('simple', regexp_replace(search_fold(left(given, 10000)), '[\x21-\x2f\x3a-\x40\x5b-\x60\x7b-\x7e]+', ' ', 'g'))
$$;

drop index sessions_search_index;
drop function session_search_text(text, text, text);

-- Apart from the sessions, whose rows change with every event.
create table session_search (
  session_id uuid primary key references sessions on delete cascade,
  organization_id uuid not null,
  -- Title, prompt and description, folded: for parts of words.
  words text not null,
  lexemes tsvector not null
);
create index session_search_organization_index on session_search (organization_id, session_id);
create index session_search_words_index on session_search using gin (words gin_trgm_ops);
create index session_search_lexemes_index on session_search using gin (lexemes);

-- A tsvector holds at most a megabyte: a session with more words is found by those of its title and prompt.
create function index_session(the_session uuid) returns void language plpgsql as $$
declare
  one sessions;
  said tsvector;
  content_of_one text;
  own tsvector;
begin
  select * into one from sessions where id = the_session;
  if not found or one.deleted_at is not null then
    delete from session_search where session_id = the_session;
    return;
  end if;
  own := setweight(search_lexemes(one.title), 'A')
    || setweight(search_lexemes(one.prompt) || search_lexemes(coalesce(one.description, '')), 'B');
  begin
    said := own;
    for content_of_one in
      select content from messages where session_id = the_session and deleted_at is null order by position limit 100
    loop
      said := said || setweight(search_lexemes(content_of_one), 'C');
    end loop;
  exception when program_limit_exceeded then
    said := own;
  end;
  insert into session_search (session_id, organization_id, words, lexemes)
  values (the_session, one.organization_id,
    search_fold(one.title || E'\n' || left(one.prompt, 10000) || E'\n' || left(coalesce(one.description, ''), 10000)), said)
  on conflict (session_id) do update set words = excluded.words, lexemes = excluded.lexemes;
end $$;

create function index_session_of_row() returns trigger language plpgsql as $$
begin
  perform index_session(new.id);
  return null;
end $$;
create trigger sessions_search_trigger after insert or update of title, prompt, description, deleted_at on sessions
  for each row execute function index_session_of_row();

create function index_message() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' then
    perform index_session(new.session_id);
  else
    begin
      update session_search set lexemes = lexemes || setweight(search_lexemes(new.content), 'C')
        where session_id = new.session_id;
    exception when program_limit_exceeded then
      null; -- It has all the words that it can hold.
    end;
  end if;
  return null;
end $$;
create trigger messages_search_trigger after insert or update of content, deleted_at on messages
  for each row execute function index_message();

select index_session(id) from sessions;

-- Answers to requests with an Idempotency-Key, for a day. One without a status is being worked.
create table idempotent_requests (
  organization_id uuid not null references organizations on delete cascade,
  key text not null,
  request_hash bytea not null,
  status integer,
  answer text,
  created_at timestamptz(3) not null,
  primary key (organization_id, key)
);
create index idempotent_requests_created_index on idempotent_requests (created_at);
