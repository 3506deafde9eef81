import { formatAlternatives } from "../format/lists.ts";

export const repositories = {
  title: "Repositories",
  search: "Search repositories",
  enabledOnly: "Enabled only",
  list: "Repositories",
  empty: {
    title: "No repositories yet",
    body: (forges: readonly string[]) =>
      `Create a repository on the built-in forge and push to it, or connect ${forges.length === 0 ? "another forge" : formatAlternatives(forges)}.`,
  },
  none: "No repositories match your search.",
  localForge: "Built-in forge",
  branch: "Default branch",
  enabled: (name: string) => `Enable ${name} for sessions`,
  enabledLabel: "Enabled for sessions",
  add: "New repository",
  connect: {
    title: "Connect another forge",
    body: "Its repositories appear on this page. An admin can connect it in the settings.",
    settings: "Open integration settings",
    terminal: "Or use the command line. The command asks for the token and does not echo it:",
  },
  create: {
    title: "New repository",
    intro: "Creates an empty repository on the built-in forge. Push your code to it afterwards.",
    owner: "Owner",
    name: "Name",
    submit: "Create repository",
    cancel: "Cancel",
  },
  push: {
    title: "Push your code",
    intro: "Run these commands in a local git repository:",
    password:
      "When git asks for credentials, enter any username, and an API key as the password. To create a key:",
    copy: "Copy command",
    copied: "Copied",
  },
  about: "About this repository",
  sessions: "Sessions",
  allSessions: "All sessions",
  noSessions: "No sessions yet.",
  pullRequests: "Open pull requests",
  noPullRequests: "No open pull requests.",
  allPullRequests: "All pull requests",
  openOnForge: (forge: string) => `Open on ${forge}`,
};
