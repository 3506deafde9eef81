import { access } from "./access.ts";
import { account } from "./account.ts";
import { auditLog } from "./audit-log.ts";
import { connections } from "./connections.ts";
import { integrations } from "./integrations.ts";
import { limits } from "./limits.ts";
import { models } from "./models.ts";
import { notifications } from "./notifications.ts";
import { organization } from "./organization.ts";
import { status } from "./status.ts";
import { usage } from "./usage.ts";
import { webhooks } from "./webhooks.ts";

/** Text of the settings pages. It is loaded with these pages instead of the first page. */
export const settingsText = {
  title: "Settings",
  sections: "Settings sections",
  readOnly: "Only organization admins can change these settings.",
  adminsAlone: "Only organization admins can view this page.",
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
  kept: "Done",
  more: "Show more",
  optional: "Optional",
  names: {
    account: "Your account",
    notifications: "Notifications",
    organization: "Organization",
    members: "Members",
    "api-keys": "API keys",
    models: "Models",
    secrets: "Secrets",
    egress: "Internet access",
    budget: "Budget",
    usage: "Usage",
    "audit-log": "Audit log",
    status: "Status",
    skills: "Skills",
    mcp: "MCP connections",
    integrations: "Integrations",
    webhooks: "Webhooks",
    "mail-server": "Mail server",
  },
  groups: { you: "You", organization: "Organization", work: "Agents", outside: "Connections" },
  account,
  organization,
  ...access,
  models,
  ...limits,
  usage,
  auditLog,
  status,
  ...connections,
  integrations,
  webhooks,
  ...notifications,
};
