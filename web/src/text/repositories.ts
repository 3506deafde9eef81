/** "A, B or C", without the comma before "or". */
const eitherOf = new Intl.ListFormat("en-GB", { type: "disjunction" });

export const repositories = {
  title: "Repositories",
  search: "Search repositories",
  enabledOnly: "Enabled only",
  list: "List of repositories",
  empty: {
    title: "No repository yet",
    body: (forges: readonly string[]) =>
      `Make one on Tembo's own forge and push to it, or connect ${forges.length === 0 ? "another forge" : eitherOf.format(forges)}.`,
  },
  none: "No repository is like that.",
  localForge: "Local forge",
  branch: "Default branch",
  enabled: (name: string) => `Sessions may use ${name}`,
  enabledLabel: "Sessions may use it",
  add: "New repository",
  connect: {
    title: "Connect another forge",
    body: "Its repositories appear here. In a terminal of the server, with a token that is typed unseen:",
  },
  create: {
    title: "New repository",
    intro: "An empty repository on Tembo's own forge, to which you push.",
    owner: "Owner",
    name: "Name",
    submit: "Make the repository",
    cancel: "Cancel",
  },
  push: {
    title: "Push to it",
    intro: "In a folder with a git repository:",
    password:
      "Git asks for a user name, which may be anything, and a password, which is an API key. This makes one:",
    copy: "Copy the command",
    copied: "Copied",
  },
  about: "About the repository",
  sessions: "Sessions",
  allSessions: "All sessions",
  noSessions: "No session has worked here yet.",
  pullRequests: "Open pull requests",
  noPullRequests: "No pull request is open.",
  allPullRequests: "All pull requests",
  openOnForge: (forge: string) => `Open on ${forge}`,
};
