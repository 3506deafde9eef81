import {
  Branches,
  Commits,
  Events,
  IssueAwardEmojis,
  IssueDiscussions,
  IssueNoteAwardEmojis,
  IssueNotes,
  Issues,
  Jobs,
  MergeRequestApprovals,
  MergeRequestAwardEmojis,
  MergeRequestDiscussions,
  MergeRequestNoteAwardEmojis,
  MergeRequestNotes,
  MergeRequests,
  PersonalAccessTokens,
  Pipelines,
  ProjectHooks,
  ProjectMembers,
  Projects,
  Repositories,
  Users,
} from "@gitbeaker/rest";
import type { Logger } from "../../../core/base/index.ts";
import type { ForgeConnection, RepositoryRef } from "../../../core/forges/index.ts";
import type { OutboundFetch } from "../../../outbound/fetch/outbound-fetch.ts";
import { createTokenSource } from "./gitlab-credential.ts";
import { createRequester } from "./gitlab-request.ts";

/** GitLab's API, one resource after the other, as one credential sees it. */
export type GitlabClient = ReturnType<typeof createGitlabClient>;

export function createGitlabClient(
  connection: ForgeConnection,
  means: { readonly log: Logger; readonly fetch: OutboundFetch },
) {
  const token = createTokenSource(connection, means);
  const options = {
    host: connection.apiUrl.replace(/\/api\/v4$/, ""),
    ...(connection.credential.type === "oauth" ? { oauthToken: token } : { token }),
    requesterFn: createRequester(means.fetch),
    // Each request has its own time limit; this one would be over all pages.
    queryTimeout: null,
  };
  return {
    webUrl: connection.webUrl,
    isOauth: connection.credential.type === "oauth",
    token,
    branches: new Branches(options),
    commits: new Commits(options),
    events: new Events(options),
    hooks: new ProjectHooks(options),
    issues: new Issues(options),
    jobs: new Jobs(options),
    members: new ProjectMembers(options),
    mergeRequests: new MergeRequests(options),
    approvals: new MergeRequestApprovals(options),
    pipelines: new Pipelines(options),
    projects: new Projects(options),
    repositories: new Repositories(options),
    tokens: new PersonalAccessTokens(options),
    users: new Users(options),
    discussions: {
      pullRequest: new MergeRequestDiscussions(options),
      issue: new IssueDiscussions(options),
    },
    notes: { pullRequest: new MergeRequestNotes(options), issue: new IssueNotes(options) },
    awards: { pullRequest: new MergeRequestAwardEmojis(options), issue: new IssueAwardEmojis(options) },
    noteAwards: {
      pullRequest: new MergeRequestNoteAwardEmojis(options),
      issue: new IssueNoteAwardEmojis(options),
    },
  };
}

/** By the id that outlives renames, else by path; the library encodes its slashes. */
export const projectOf = ({ externalId, owner, name }: RepositoryRef) => externalId ?? `${owner}/${name}`;

export const nameOf = ({ owner, name }: Pick<RepositoryRef, "owner" | "name">) => `${owner}/${name}`;
