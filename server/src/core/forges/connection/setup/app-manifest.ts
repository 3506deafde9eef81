import { AppError } from "../../../base/index.ts";
import { canReachUs, webhookUrl } from "../../integration/webhook-url.ts";
import type { ForgesPorts } from "../../ports.ts";
import { callbackPath, requireManifests, setupOf } from "./authorize-integration.ts";
import { getSetupState } from "./open-setup-state.ts";

type ManifestPorts = Pick<ForgesPorts, "store" | "forgeSetups" | "forgeKinds" | "clock" | "settings">;

export interface AppManifest {
  readonly displayName: string;
  /** Organization on the forge that owns the app, or null if the app belongs to the person who creates it. */
  readonly organization: string | null;
  readonly manifest: Readonly<Record<string, unknown>>;
  /** URL to which the browser posts the manifest, as the form field `manifest`. */
  readonly targetUrl: string;
  readonly webUrl: string;
}

/**
 * Returns the data that the person's browser submits to the forge to create an app. The app belongs to `organization`,
 * to the organization in the integration's settings if `organization` is null, or to the person if both are null. The
 * owner also determines the page on the forge. Throws `invalid_input` for an invalid state or organization name, or
 * `conflict` if the forge does not create apps.
 */
export async function appManifestOf(
  ports: ManifestPorts,
  { state, ...given }: { readonly state: string; readonly organization: string | null },
): Promise<AppManifest> {
  const { integrationId, purpose } = await getSetupState(ports, state);
  const integration = await ports.store.integrations.findById(integrationId);
  if (integration === null || purpose !== "appManifest") {
    throw new AppError("invalid_input", "This link cannot create an app. Authorize the integration again.");
  }
  const organization = given.organization ?? integration.settings.appOrganization ?? null;
  if (organization !== null && !/^[A-Za-z0-9][A-Za-z0-9-]{0,99}$/.test(organization)) {
    throw new AppError("invalid_input", '"organization" must be the name of an organization on the forge.', {
      field: "organization",
    });
  }
  const { appManifest } = requireManifests(ports, setupOf(ports, integration), integration);
  const { publicUrl } = ports.settings;
  const { webUrl, displayName } = integration;
  const owner = organization === null ? "" : `/organizations/${organization}`;
  return {
    displayName,
    organization,
    webUrl,
    // App names are unique across the forge. The person may change the name on the forge's page.
    manifest: appManifest({
      name: `tembo-${integration.id.slice(-8)}`,
      publicUrl,
      webhookUrl: webhookUrl(publicUrl, integration),
      isWebhookActive: canReachUs(publicUrl, webUrl),
      redirectUrl: `${publicUrl}${callbackPath}`,
      setupUrl: `${publicUrl}${callbackPath}`,
    }),
    targetUrl: `${webUrl}${owner}/settings/apps/new?state=${encodeURIComponent(state)}`,
  };
}
