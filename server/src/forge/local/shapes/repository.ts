import type { LocalRepository } from "../../../core/forges/index.ts";
import type { LocalContext } from "../context.ts";
import { apiUrl, ownerShape, webUrl } from "./user.ts";

export const repositoryApi = (
  context: Pick<LocalContext, "publicUrl">,
  { owner, name }: Pick<LocalRepository, "owner" | "name">,
) => apiUrl(context, `repos/${owner}/${name}`);
export const repositoryWeb = (
  context: Pick<LocalContext, "publicUrl">,
  { owner, name }: Pick<LocalRepository, "owner" | "name">,
) => webUrl(context, `${owner}/${name}`);

/** Returns a repository in the format of GitHub's "repository". */
export function repositoryShape(
  context: Pick<LocalContext, "publicUrl">,
  repository: LocalRepository,
  isAdmin = true,
) {
  const { owner, name } = repository;
  const api = repositoryApi(context, repository);
  const html = repositoryWeb(context, repository);
  const clone = `${webUrl(context, `git/${owner}/${name}`)}.git`;
  return {
    id: repository.number,
    // Tembo's own ID. The adapter of the built-in forge reads it from this field.
    node_id: repository.id,
    name,
    full_name: `${owner}/${name}`,
    owner: ownerShape(context, owner),
    private: true,
    html_url: html,
    description: repository.description,
    fork: false,
    url: api,
    ...templates(api),
    git_url: clone,
    ssh_url: clone,
    clone_url: clone,
    svn_url: html,
    mirror_url: null,
    homepage: null,
    language: null,
    forks_count: 0,
    stargazers_count: 0,
    watchers_count: 0,
    size: 0,
    default_branch: repository.defaultBranch,
    open_issues_count: 0,
    is_template: false,
    topics: [] as string[],
    has_issues: true,
    has_projects: false,
    has_wiki: false,
    has_pages: false,
    has_downloads: false,
    has_discussions: false,
    archived: repository.isArchived,
    disabled: false,
    visibility: "private",
    pushed_at: repository.updatedAt.toISOString(),
    created_at: repository.createdAt.toISOString(),
    updated_at: repository.updatedAt.toISOString(),
    permissions: permissionsOf(isAdmin),
    allow_rebase_merge: true,
    allow_squash_merge: true,
    allow_merge_commit: true,
    allow_auto_merge: false,
    allow_update_branch: false,
    delete_branch_on_merge: false,
    allow_forking: false,
    web_commit_signoff_required: false,
    license: null,
    forks: 0,
    open_issues: 0,
    watchers: 0,
  };
}

/** Returns a repository in the format of GitHub's "full repository". */
export function fullRepositoryShape(
  context: Pick<LocalContext, "publicUrl">,
  repository: LocalRepository,
  isAdmin: boolean,
) {
  return { ...repositoryShape(context, repository, isAdmin), subscribers_count: 0, network_count: 0 };
}

/** Returns the permissions of GitHub's role "admin" or "write". */
export const permissionsOf = (isAdmin: boolean) => ({
  admin: isAdmin,
  maintain: isAdmin,
  push: true,
  triage: true,
  pull: true,
});

const templates = (api: string) => ({
  archive_url: `${api}/{archive_format}{/ref}`,
  assignees_url: `${api}/assignees{/user}`,
  blobs_url: `${api}/git/blobs{/sha}`,
  branches_url: `${api}/branches{/branch}`,
  collaborators_url: `${api}/collaborators{/collaborator}`,
  comments_url: `${api}/comments{/number}`,
  commits_url: `${api}/commits{/sha}`,
  compare_url: `${api}/compare/{base}...{head}`,
  contents_url: `${api}/contents/{+path}`,
  contributors_url: `${api}/contributors`,
  deployments_url: `${api}/deployments`,
  downloads_url: `${api}/downloads`,
  events_url: `${api}/events`,
  forks_url: `${api}/forks`,
  git_commits_url: `${api}/git/commits{/sha}`,
  git_refs_url: `${api}/git/refs{/sha}`,
  git_tags_url: `${api}/git/tags{/sha}`,
  hooks_url: `${api}/hooks`,
  issue_comment_url: `${api}/issues/comments{/number}`,
  issue_events_url: `${api}/issues/events{/number}`,
  issues_url: `${api}/issues{/number}`,
  keys_url: `${api}/keys{/key_id}`,
  labels_url: `${api}/labels{/name}`,
  languages_url: `${api}/languages`,
  merges_url: `${api}/merges`,
  milestones_url: `${api}/milestones{/number}`,
  notifications_url: `${api}/notifications{?since,all,participating}`,
  pulls_url: `${api}/pulls{/number}`,
  releases_url: `${api}/releases{/id}`,
  stargazers_url: `${api}/stargazers`,
  statuses_url: `${api}/statuses/{sha}`,
  subscribers_url: `${api}/subscribers`,
  subscription_url: `${api}/subscription`,
  tags_url: `${api}/tags`,
  teams_url: `${api}/teams`,
  trees_url: `${api}/git/trees{/sha}`,
});
