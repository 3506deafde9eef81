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
    body: "An admin can connect a forge in the settings. Its repositories then appear on this page.",
    settings: "Open integration settings",
    terminal: "Or use the command line. The command prompts for the token and does not echo it:",
  },
  create: {
    title: "New repository",
    intro: "Creates an empty repository on the built-in forge. You can then push your code to it.",
    owner: "Owner",
    name: "Name",
    submit: "Create repository",
    cancel: "Cancel",
  },
  push: {
    title: "Push your code",
    intro: "Run these commands in a local git repository:",
    password:
      "When git prompts for credentials, enter any username and use an API key as the password. To create a key:",
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
