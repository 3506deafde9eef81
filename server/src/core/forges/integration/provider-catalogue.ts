import type { ForgeName } from "../forge/forge-name.ts";

/** Something that can be connected, or will be. */
export interface Provider {
  /** The public API's name of it. */
  readonly type: string;
  readonly displayName: string;
  readonly category: string;
  readonly description: string;
  /** Where its credential is made; null while it cannot be connected. */
  readonly credentialUrl: string | null;
  /** Whether a person may agree on a page of it, in place of a token. */
  readonly isOAuth: boolean;
}

const code = "Source code";
const forges: readonly (Provider & { readonly type: Exclude<ForgeName, "local"> })[] = [
  {
    type: "github",
    displayName: "GitHub",
    category: code,
    description: "Repositories on github.com or GitHub Enterprise Server, by an app or a personal token.",
    credentialUrl: "https://github.com/settings/apps/new",
    isOAuth: true,
  },
  {
    type: "gitlab",
    displayName: "GitLab",
    category: code,
    description: "Repositories on gitlab.com or a GitLab of your own, by a group's token or OAuth.",
    credentialUrl: "https://gitlab.com/-/user_settings/personal_access_tokens",
    isOAuth: true,
  },
  {
    type: "bitbucket",
    displayName: "Bitbucket",
    category: code,
    description: "Repositories on Bitbucket Cloud, by a workspace's token or OAuth.",
    credentialUrl: "https://id.atlassian.com/manage-profile/security/api-tokens",
    isOAuth: true,
  },
  {
    type: "gitea",
    displayName: "Gitea and Forgejo",
    category: code,
    description: "Repositories on a Gitea or Forgejo of your own, by an access token or OAuth.",
    credentialUrl: "https://gitea.com/user/settings/applications",
    isOAuth: true,
  },
];

const later = (type: string, displayName: string, category: string): Provider => ({
  type,
  displayName,
  category,
  description: `${displayName} cannot be connected yet.`,
  credentialUrl: null,
  isOAuth: false,
});

export const providerCatalogue: readonly Provider[] = [
  ...forges,
  later("atlassian", "Jira and Confluence", "Issues"),
  later("linear", "Linear", "Issues"),
  later("slack", "Slack", "Chat"),
  later("ms-teams", "Microsoft Teams", "Chat"),
  later("sentry", "Sentry", "Errors"),
  later("snyk", "Snyk", "Security"),
  later("aws", "AWS", "Cloud"),
  later("azure", "Azure", "Cloud"),
  later("postgres", "PostgreSQL", "Data"),
  later("bigquery", "BigQuery", "Data"),
  later("notion", "Notion", "Documents"),
  later("hubspot", "HubSpot", "Customers"),
  later("agent", "Agents", "Automation"),
  later("openconnect", "OpenConnect", "Network"),
  later("tailscale", "Tailscale", "Network"),
];
