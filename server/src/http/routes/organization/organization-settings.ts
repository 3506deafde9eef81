import { type OrganizationSettingsUpdate, operations, providerCredentials } from "@tembo/contract";
import type { FastifyInstance } from "fastify";
import { type SettingsChange, updateSettings } from "../../../core/access/index.ts";
import { getOrganization } from "../../../core/accounts/index.ts";
import type { Ports } from "../../../core/ports.ts";
import { route } from "../../route.ts";
import { settingsView } from "./organization-view.ts";
import { ownOrganization } from "./own-organization.ts";

export function organizationSettingsRoutes(app: FastifyInstance, ports: Ports): void {
  route(app, operations.organizationSettingsRetrieve, async (request) =>
    settingsView(ports, await getOrganization(ports.store, ownOrganization(request))),
  );

  route(app, operations.organizationSettingsUpdate, async (request) => {
    const change = toSettingsChange(request.body);
    return settingsView(ports, await updateSettings(ports, ownOrganization(request), change));
  });
}

function toSettingsChange(body: OrganizationSettingsUpdate): SettingsChange {
  const isCredential = ([name]: [string, unknown]) => name in providerCredentials.shape;
  const entries = Object.entries(body);
  return {
    settings: Object.fromEntries(entries.filter((entry) => !isCredential(entry))),
    credentials: Object.fromEntries(
      entries.filter(isCredential).map(([name, value]) => [name, value === null ? "" : String(value)]),
    ),
  };
}
