-- Items of session lists, stored when a list first shows them. An item is current if its session has no row in
-- session_card_changes and its epoch is that of its organization. Both change in the transaction that changes what the
-- item shows.
create table session_cards (
  session_id uuid primary key,
  -- Incremented by each stored item, so that a process that read earlier does not replace a newer item.
  version bigint not null default 0,
  -- Format of the item, which depends on the version of Tembo.
  format integer,
  epoch bigint,
  item text
) with (fillfactor = 80);

-- Changes since the stored item. Transactions only insert rows here and delete rows that no other transaction has locked, so
-- no transaction waits for another one because of a card.
create table session_card_changes (
  id bigint generated always as identity primary key,
  session_id uuid not null
);
create index session_card_changes_session_index on session_card_changes (session_id);

-- Number of changes of names that many items of an organization show. Without a row, the number is 0.
create table session_card_epochs (
  organization_id uuid primary key,
  epoch bigint not null,
  -- Transaction that increased the number last. Each transaction increases it once.
  changed_by xid8 not null
);

create function note_card_change() returns trigger language plpgsql as $$
begin
  delete from session_card_changes where id in (
    select id from session_card_changes where session_id in (old.session_id, new.session_id) for update skip locked);
  insert into session_card_changes (session_id)
    select distinct one from unnest(array[old.session_id, new.session_id]) as changed (one) where one is not null;
  return null;
end $$;

create function note_card_change_of_session() returns trigger language plpgsql as $$
begin
  delete from session_card_changes where id in (
    select id from session_card_changes where session_id = new.id for update skip locked);
  insert into session_card_changes (session_id) values (new.id);
  return null;
end $$;

-- A session that is deleted keeps no copy of its title.
create function remove_card() returns trigger language plpgsql as $$
begin
  delete from session_cards where session_id = new.id;
  delete from session_card_changes where id in (
    select id from session_card_changes where session_id = new.id for update skip locked);
  return null;
end $$;

create function note_card_names() returns trigger language plpgsql as $$
begin
  insert into session_card_epochs as known (organization_id, epoch, changed_by)
    select distinct one, 1, pg_current_xact_id()
    from unnest(array[old.organization_id, new.organization_id]) as changed (one) where one is not null
    on conflict (organization_id) do update set epoch = known.epoch + 1, changed_by = excluded.changed_by
      where known.changed_by <> excluded.changed_by or known.xmin <> excluded.changed_by::xid;
  return null;
end $$;

create trigger sessions_card_trigger after update of title, harness, model, provider, created_at, updated_at, last_queued_at,
    source, level, visibility, is_pinned, project_id, status, organization_id on sessions for each row
  when ((old.title, old.harness, old.model, old.provider, old.created_at, old.updated_at, old.last_queued_at, old.source,
      old.level, old.visibility, old.is_pinned, old.project_id, old.status, old.organization_id)
    is distinct from (new.title, new.harness, new.model, new.provider, new.created_at, new.updated_at, new.last_queued_at,
      new.source, new.level, new.visibility, new.is_pinned, new.project_id, new.status, new.organization_id))
  execute function note_card_change_of_session();
-- Its name sorts after that of the trigger above, so it runs later.
create trigger sessions_removed_card_trigger after update of deleted_at, purged_at on sessions for each row
  when (new.deleted_at is not null) execute function remove_card();

create trigger session_repositories_card_trigger after insert or delete on session_repositories for each row
  execute function note_card_change();
create trigger session_repositories_card_update_trigger after update on session_repositories for each row
  when ((old.session_id, old.repository_id, old.position) is distinct from (new.session_id, new.repository_id, new.position))
  execute function note_card_change();

create trigger pull_requests_card_trigger after insert or delete on pull_requests for each row
  execute function note_card_change();
create trigger pull_requests_card_update_trigger after update on pull_requests for each row
  when ((old.id, old.session_id, old.url, old.status, old.is_draft, old.repository_id)
    is distinct from (new.id, new.session_id, new.url, new.status, new.is_draft, new.repository_id))
  execute function note_card_change();

create trigger artifacts_card_trigger after insert or delete on artifacts for each row execute function note_card_change();
create trigger artifacts_card_update_trigger after update on artifacts for each row
  when ((old.id, old.session_id, old.type) is distinct from (new.id, new.session_id, new.type))
  execute function note_card_change();

create trigger diffs_card_trigger after insert or delete on diffs for each row execute function note_card_change();
create trigger diffs_card_update_trigger after update on diffs for each row
  when ((old.session_id, old.additions, old.deletions) is distinct from (new.session_id, new.additions, new.deletions))
  execute function note_card_change();

create trigger agent_runs_card_trigger after insert or delete on agent_runs for each row
  execute function note_card_change();
create trigger agent_runs_card_update_trigger after update on agent_runs for each row
  when ((old.session_id, old.agent_id) is distinct from (new.session_id, new.agent_id))
  execute function note_card_change();

create trigger projects_card_trigger after update on projects for each row
  when ((old.name, old.icon, old.color) is distinct from (new.name, new.icon, new.color))
  execute function note_card_names();
create trigger integrations_card_trigger after update on integrations for each row
  when ((old.display_name, old.forge) is distinct from (new.display_name, new.forge))
  execute function note_card_names();
create trigger repositories_card_trigger after update on repositories for each row
  when ((old.forge, old.integration_id, old.organization_id)
    is distinct from (new.forge, new.integration_id, new.organization_id))
  execute function note_card_names();
create trigger repositories_removed_card_trigger after delete on repositories for each row
  execute function note_card_names();
