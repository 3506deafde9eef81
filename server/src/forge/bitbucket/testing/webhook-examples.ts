// Bodies as Bitbucket Cloud sends them, written by hand from its "Event payloads" page and shortened.

export const sha = "3f786850e387550fdab836ed7e6dc881de23001b";
export const repositoryUuid = "{673a6070-3421-46c9-9d48-90745f7bfe8e}";
export const adaUuid = "{d301aafa-d676-4ee0-88be-962be7417567}";
const api = "https://api.bitbucket.org/2.0";

const ada = {
  type: "user",
  uuid: adaUuid,
  account_id: "557058:ba8948b2-49da-43a9-9e8b-e7249b8e324a",
  nickname: "ada",
  display_name: "Ada Lovelace",
  links: {
    self: { href: `${api}/users/${encodeURIComponent(adaUuid)}` },
    avatar: { href: "https://secure.gravatar.com/avatar/1" },
    html: { href: "https://bitbucket.org/%7Bd301aafa%7D/" },
  },
};

const repository = {
  type: "repository",
  uuid: repositoryUuid,
  full_name: "acme/app",
  name: "The App",
  scm: "git",
  website: "",
  is_private: true,
  owner: { type: "team", display_name: "Acme", uuid: "{0a0a0a0a-0000-0000-0000-000000000000}" },
  workspace: {
    type: "workspace",
    slug: "acme",
    name: "Acme",
    uuid: "{0b0b0b0b-0000-0000-0000-000000000000}",
  },
  project: { type: "project", key: "APP", uuid: "{0c0c0c0c-0000-0000-0000-000000000000}" },
  links: { self: { href: `${api}/repositories/acme/app` }, html: { href: "https://bitbucket.org/acme/app" } },
};

const about = { actor: ada, repository };

const pull = (change: object) => ({
  type: "pullrequest",
  id: 7,
  title: "Fix it",
  description: "Because",
  summary: { type: "rendered", raw: "Because", markup: "markdown", html: "<p>Because</p>" },
  state: "OPEN",
  draft: false,
  author: ada,
  source: {
    branch: { name: "tembo/fix" },
    commit: { type: "commit", hash: sha.slice(0, 12), links: {} },
    repository: { type: "repository", uuid: repositoryUuid, full_name: "acme/app", name: "The App" },
  },
  destination: {
    branch: { name: "main" },
    commit: { type: "commit", hash: "ce5965ddd289", links: {} },
    repository: { type: "repository", uuid: repositoryUuid, full_name: "acme/app", name: "The App" },
  },
  merge_commit: null,
  participants: [],
  reviewers: [],
  close_source_branch: false,
  closed_by: null,
  reason: "",
  comment_count: 1,
  task_count: 0,
  created_on: "2026-11-24T10:00:00.000000+00:00",
  updated_on: "2026-11-24T10:05:00.511039+00:00",
  links: { html: { href: "https://bitbucket.org/acme/app/pull-requests/7" } },
  ...change,
});

export const pullBody = (change: object = {}) => ({ pullrequest: pull(change), ...about });

export const fork = { repository: { type: "repository", uuid: "{99999999-0000-0000-0000-000000000000}" } };

export const commentBody = (change: object = {}) => ({
  ...pullBody(),
  comment: {
    type: "pullrequest_comment",
    id: 31,
    content: { type: "rendered", raw: "/tembo please", html: "<p>/tembo please</p>", markup: "markdown" },
    user: ada,
    deleted: false,
    pending: false,
    created_on: "2026-11-24T10:05:00.511039+00:00",
    updated_on: "2026-11-24T10:05:00.511039+00:00",
    pullrequest: { type: "pullrequest", id: 7, title: "Fix it" },
    links: { html: { href: "https://bitbucket.org/acme/app/pull-requests/7/_/diff#comment-31" } },
    ...change,
  },
});

const activity = { date: "2026-11-24T10:06:00.000000+00:00", user: ada };
export const approvalBody = () => ({ ...pullBody(), approval: activity });
export const changesRequestBody = () => ({ ...pullBody(), changes_request: activity });

export const ref = (type: string, name: string, hash = sha) => ({
  type,
  name,
  target: {
    type: "commit",
    hash,
    date: "2026-11-24T09:59:00+00:00",
    message: "Fix\n",
    author: { type: "author", raw: "Ada" },
  },
  links: {},
});

export const pushBody = (...changes: object[]) => ({
  push: {
    changes: changes.map((change) => ({
      new: null,
      old: null,
      created: false,
      closed: false,
      forced: false,
      truncated: false,
      commits: [],
      links: {},
      ...change,
    })),
  },
  ...about,
});

export const statusBody = (state: string, change: object = {}) => ({
  commit_status: {
    type: "build",
    key: "mybuildtool",
    name: "Unit Tests (Python)",
    description: "Build started",
    state,
    url: "https://my-build-tool.com/builds/MY-PROJECT/BUILD-777",
    refname: "tembo/fix",
    created_on: "2026-11-24T10:05:00.121371+00:00",
    updated_on: "2026-11-24T10:06:00.121371+00:00",
    links: {
      commit: { href: `${api}/repositories/acme/app/commit/${sha}` },
      self: { href: `${api}/repositories/acme/app/commit/${sha}/statuses/build/mybuildtool` },
    },
    ...change,
  },
  ...about,
});

export const updatedBody = (changes: object) => ({ changes, ...about });

export const transferBody = () => ({ previous_workspace: { type: "workspace", slug: "old" }, ...about });

export const deletedBody = () => ({ ...about });
