-- Whether an organization counts its pull requests for its insights.
alter table organizations add column has_insights boolean not null default true;

create index pull_requests_created_index on pull_requests (organization_id, created_at);
create index pull_requests_merged_index on pull_requests (organization_id, merged_at) where merged_at is not null;
