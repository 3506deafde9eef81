import { namedDefault } from "../named-default.ts";

export const organization = {
  about: "Settings for everyone in the organization.",
  name: { title: "Name", label: "Organization name" },
  sessions: {
    title: "Sessions",
    about: "Defaults for new sessions. Each session can use a different agent or sandbox size.",
    agent: "Default agent",
    serverAgent: namedDefault("Server default"),
    size: "Default sandbox size",
    system: "Instructions for all agents",
    systemHint: "Sent to the model together with the harness's instructions.",
  },
  pulls: {
    title: "Commits and pull requests",
    commits: "Instructions for commit messages",
    titles: "Instructions for pull request titles",
    draft: "Open pull requests as drafts",
    mention: "Mention the session's author in pull requests",
    deleteBranch: "Delete a session's branch when its pull request is merged or closed",
    checks: "Fix failing checks on session pull requests",
    sign: "Sign commits",
  },
  policy: {
    title: "Permission policy",
    about:
      "How Tembo responds when an agent requests permission. Changes take effect with each session's next turn.",
    rules: { ask: "Ask a person", allow: "Allow", deny: "Deny" },
    kinds: {
      read: "Read files",
      edit: "Edit files",
      delete: "Delete files",
      move: "Move files",
      search: "Search",
      execute: "Run commands",
      think: "Think",
      fetch: "Fetch from the network",
      other: "Anything else",
      leavePlan: "Carry out its plan",
    },
    timeout: "Response timeout (seconds)",
    onTimeout: "If no one answers in time",
  },
  delete: {
    title: "Delete organization",
    about:
      "Removes all members, deletes all API keys, secrets, and integrations, and stops all running work.",
    label: "Delete organization",
    question: (name: string) => `Delete ${name}?`,
    consequence: "All members lose access to the organization and its sessions. You cannot undo this action.",
  },
};
