import { access } from "./access.ts";
import { account } from "./account.ts";
import { auditLog } from "./audit-log.ts";
import { connections } from "./connections.ts";
import { integrations } from "./integrations.ts";
import { limits } from "./limits.ts";
import { models } from "./models.ts";
import { organization } from "./organization.ts";
import { usage } from "./usage.ts";
import { webhooks } from "./webhooks.ts";

/** Words of the settings. They come with those pages and not with the first one. */
export const settingsText = {
  title: "Settings",
  sections: "Sections of the settings",
  readOnly: "Only an admin of the organization may change this; ask one.",
  adminsAlone: "Only an admin of the organization may see this; ask one.",
  save: "Save",
  saved: "Saved",
  cancel: "Cancel",
  close: "Close",
  edit: "Edit",
  editOf: (name: string) => `Edit ${name}`,
  delete: "Delete",
  deleteOf: (name: string) => `Delete ${name}`,
  remove: "Remove",
  removeOf: (name: string) => `Remove ${name}`,
  test: "Test",
  testOf: (name: string) => `Test ${name}`,
  disabled: "Disabled",
  copy: "Copy",
  copied: "Copied",
  kept: "I have kept it",
  more: "Show more",
  optional: "optional",
  names: {
    account: "Your account",
    organization: "Organization",
    members: "Members",
    "api-keys": "API keys",
    models: "Models",
    secrets: "Secrets",
    egress: "Egress",
    budget: "Budget",
    usage: "Usage",
    "audit-log": "Audit log",
    skills: "Skills",
    mcp: "MCP connections",
    integrations: "Integrations",
    webhooks: "Webhooks",
  },
  groups: { you: "You", organization: "Organization", work: "What agents have", outside: "Outside" },
  account,
  organization,
  ...access,
  models,
  ...limits,
  usage,
  auditLog,
  ...connections,
  integrations,
  webhooks,
};
