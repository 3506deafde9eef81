-- Request that sent the message. Both are null if no API request did. The trace context is also null if the server that
-- received the request records no traces.
alter table messages
  add column request_id text constraint messages_request_id_check check (length(request_id) <= 128),
  add column traceparent text constraint messages_traceparent_check check (length(traceparent) = 55);
