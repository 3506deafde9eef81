-- Who uploaded an attachment: until a message names it, nobody else sees it.
alter table attachments add column uploaded_by uuid references users on delete set null;
