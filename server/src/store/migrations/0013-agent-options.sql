-- What of a session's options its harness is asked for, beside the mode in is_planning: {reasoningLevel, speed, goal}; null takes the defaults.
alter table sessions add column agent_options jsonb;
