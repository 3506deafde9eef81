-- A forge is a plug-in: the code that is registered, and not the database, knows the names.
alter table integrations drop constraint integrations_forge_check;
