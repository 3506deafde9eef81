import type { ForgeDescriptor } from "@tembo/contract";
import { connectableForges } from "../forge/find-forge-kind.ts";
import type { ForgesPorts } from "../ports.ts";

/** A service that can be connected, now or in a later release. */
export interface Provider {
  /** Name of the service in the public API. */
  readonly type: string;
  readonly displayName: string;
  readonly category: string;
  readonly description: string;
  /** URL of the page where a person creates the credential, or null if the service cannot be connected yet. */
  readonly credentialUrl: string | null;
  /** The forge's descriptor, or null if the service cannot be connected yet. */
  readonly forge: ForgeDescriptor | null;
}

const later = (type: string, displayName: string, category: string): Provider => ({
  type,
  displayName,
  category,
  description: `${displayName} cannot be connected yet.`,
  credentialUrl: null,
  forge: null,
});

/** Returns all services that can be connected, followed by those that cannot be connected yet. */
export function listProviders(ports: Pick<ForgesPorts, "forgeKinds">): readonly Provider[] {
  const forges = connectableForges(ports).map(({ descriptor }): Provider => {
    const { name, label, title, category, description, credentialUrl, connection } = descriptor;
    return {
      type: name,
      displayName: title,
      category,
      description,
      credentialUrl,
      forge: { label, ...connection },
    };
  });
  return [...forges, ...expected];
}

const expected: readonly Provider[] = [
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
