import type { LocalRepository } from "../../../core/forges/index.ts";
import type { LocalContext } from "../context.ts";
import type { ChangedFile } from "../git/changes.ts";
import type { CommitFacts } from "../git/commits.ts";
import { repositoryApi, repositoryWeb } from "./repository.ts";

const unsigned = {
  verified: false,
  reason: "unsigned",
  signature: null,
  payload: null,
  verified_at: null,
};

/**
 * Returns a commit in the format of GitHub's "commit". Its author is not linked to a user, because a commit contains only an email address.
 */
export function commitShape(context: LocalContext, repository: LocalRepository, commit: CommitFacts) {
  const api = repositoryApi(context, repository);
  const html = repositoryWeb(context, repository);
  return {
    sha: commit.sha,
    node_id: `C_${commit.sha}`,
    url: `${api}/commits/${commit.sha}`,
    html_url: `${html}/commit/${commit.sha}`,
    comments_url: `${api}/commits/${commit.sha}/comments`,
    commit: {
      url: `${api}/git/commits/${commit.sha}`,
      author: commit.author,
      committer: commit.committer,
      message: commit.message,
      tree: { sha: commit.tree, url: `${api}/git/trees/${commit.tree}` },
      comment_count: 0,
      verification: unsigned,
    },
    author: null,
    committer: null,
    parents: parentsOf(commit, api, html),
  };
}

/** Returns a commit in the format of GitHub's "git commit". */
export function gitCommitShape(context: LocalContext, repository: LocalRepository, commit: CommitFacts) {
  const api = repositoryApi(context, repository);
  const html = repositoryWeb(context, repository);
  return {
    sha: commit.sha,
    node_id: `C_${commit.sha}`,
    url: `${api}/git/commits/${commit.sha}`,
    html_url: `${html}/commit/${commit.sha}`,
    author: commit.author,
    committer: commit.committer,
    message: commit.message,
    tree: { sha: commit.tree, url: `${api}/git/trees/${commit.tree}` },
    parents: parentsOf(commit, api, html),
    verification: unsigned,
  };
}

/** Returns a commit in the format that GitHub uses in push events. */
export function pushedCommitShape(context: LocalContext, repository: LocalRepository, commit: CommitFacts) {
  return {
    id: commit.sha,
    tree_id: commit.tree,
    distinct: true,
    message: commit.message,
    timestamp: commit.committer.date,
    url: `${repositoryWeb(context, repository)}/commit/${commit.sha}`,
    author: { name: commit.author.name, email: commit.author.email, date: commit.author.date },
    committer: { name: commit.committer.name, email: commit.committer.email, date: commit.committer.date },
    added: [],
    removed: [],
    modified: [],
  };
}

/** Returns a changed file in the format of GitHub's "diff entry". */
export function fileShape(
  context: LocalContext,
  repository: LocalRepository,
  { file, sha, patch }: { readonly file: ChangedFile; readonly sha: string; readonly patch: string },
) {
  const api = repositoryApi(context, repository);
  const html = repositoryWeb(context, repository);
  const path = file.path.split("/").map(encodeURIComponent).join("/");
  return {
    sha: file.blob,
    filename: file.path,
    status: file.status,
    additions: file.additions,
    deletions: file.deletions,
    changes: file.additions + file.deletions,
    blob_url: `${html}/blob/${sha}/${path}`,
    raw_url: `${html}/raw/${sha}/${path}`,
    contents_url: `${api}/contents/${path}?ref=${sha}`,
    ...(patch !== "" && { patch }),
    ...(file.formerPath !== null && { previous_filename: file.formerPath }),
  };
}

export function refShape(context: LocalContext, repository: LocalRepository, ref: string, sha: string) {
  const api = repositoryApi(context, repository);
  return {
    ref,
    node_id: `REF_${sha}`,
    url: `${api}/git/${ref}`,
    object: { type: "commit", sha, url: `${api}/git/commits/${sha}` },
  };
}

const parentsOf = (commit: CommitFacts, api: string, html: string) =>
  commit.parents.map((sha) => ({
    sha,
    url: `${api}/commits/${sha}`,
    html_url: `${html}/commit/${sha}`,
  }));
