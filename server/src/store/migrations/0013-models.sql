-- What of a session's options its harness is asked for, beside the mode in is_planning: {reasoningLevel, speed, goal}; null takes the defaults.
alter table sessions add column agent_options jsonb;

-- What an organization decided about a model; a model without a row is enabled, and its provider chosen by its family.
create table organization_models (
  organization_id uuid not null references organizations,
  model text not null,
  is_enabled boolean not null,
  provider text check (provider in ('anthropic', 'openai', 'gemini', 'openrouter', 'bedrock', 'vertex')),
  primary key (organization_id, model)
);
