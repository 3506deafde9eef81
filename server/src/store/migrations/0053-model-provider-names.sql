-- A model provider is a plug-in: the code that is registered, and not the database, knows the names.
alter table organization_models drop constraint organization_models_provider_check;
