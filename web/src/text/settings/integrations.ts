import { formatCountOf } from "../../format/numbers.ts";

export const integrations = {
  about: "Forges that host the repositories your sessions work in.",
  list: "Integrations",
  empty: "No forges connected yet. The built-in forge needs no connection.",
  repositories: (n: number) => formatCountOf(n, "repository", "repositories"),
  synced: "synced",
  neverSynced: "never synced",
  sync: "Sync",
  syncOf: (name: string) => `Sync ${name}`,
  syncDone: "Sync requested",
  manage: "Settings",
  manageOf: (name: string) => `Settings for ${name}`,
  deleteQuestion: (name: string) => `Delete ${name}?`,
  deleteConsequence: "This deletes the integration's credential and disables its repositories.",
  connect: "Connect a forge",
  forge: "Forge",
  way: "Connection method",
  makeCredential: "Create an access token",
  redirect: (url: string) => `Set the application's redirect URL to ${url}.`,
  displayName: "Display name",
  baseUrl: "Forge URL",
  /** Returns the hint. `publicUrl` is null for a forge that is always self-hosted. */
  baseUrlHint: (publicUrl: string | null) =>
    publicUrl === null
      ? "The URL that you open in a browser."
      : `The URL that you open in a browser. Leave empty to use ${publicUrl}.`,
  polling: "Poll instead of webhooks",
  pollingHint: "Enable this setting if the forge cannot reach this server.",
  goOn: "Continue on the forge",
  submit: "Connect",
  connected: "Forge connected",
  authorize: "Authorize",
  settings: {
    title: (name: string) => `Settings for ${name}`,
    account: "Acts as",
    unknownAccount: "unknown",
    webhookUrl: "Webhook URL",
    lastSync: "Last sync",
    mentionName: "Mention name",
    events: "Event delivery",
    eventKinds: { webhook: "Webhooks", polling: "Polling" },
    enablesNew: "Enable new repositories automatically",
    enabled: "Enabled",
    accessToken: "New access token",
    accessTokenHint: "Leave empty to keep the current token.",
  },
};
