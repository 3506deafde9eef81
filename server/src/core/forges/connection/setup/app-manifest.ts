import { AppError } from "../../../base/index.ts";
import { canReachUs, webhookUrl } from "../../integration/webhook-url.ts";
import type { ForgesPorts } from "../../ports.ts";
import { callbackPath, requireManifests, setupOf } from "./authorize-integration.ts";
import { findSetupState } from "./open-setup-state.ts";

type ManifestPorts = Pick<ForgesPorts, "store" | "forgeSetups" | "clock" | "settings">;

export interface AppManifest {
  readonly displayName: string;
  /** The forge's organization that owns the app; null is the person who makes it. */
  readonly organization: string | null;
  /** What is made an app of. */
  readonly manifest: Readonly<Record<string, unknown>>;
  /** Where a browser sends it as the form field `manifest`. */
  readonly targetUrl: string;
  readonly webUrl: string;
}

/**
 * What a person's browser brings to the forge so that it makes an app. An app of an organization is made on that one's page:
 * `organization`, else the one that the integration is set to.
 * Throws `invalid_input` for a state that is not good, `conflict` where the forge makes none.
 */
export async function appManifestOf(
  ports: ManifestPorts,
  { state, ...given }: { readonly state: string; readonly organization: string | null },
): Promise<AppManifest> {
  const { integrationId, purpose } = await findSetupState(ports, state);
  const integration = await ports.store.integrations.get(integrationId);
  if (integration === null || purpose !== "appManifest") {
    throw new AppError("invalid_input", "This link makes no app; authorize the integration again.");
  }
  const organization = given.organization ?? integration.settings.appOrganization ?? null;
  if (organization !== null && !/^[A-Za-z0-9][A-Za-z0-9-]{0,99}$/.test(organization)) {
    throw new AppError("invalid_input", '"organization" takes the name of an organization on the forge.', {
      field: "organization",
    });
  }
  const { appManifest } = requireManifests(setupOf(ports, integration), integration);
  const { publicUrl } = ports.settings;
  const { webUrl, displayName } = integration;
  const owner = organization === null ? "" : `/organizations/${organization}`;
  return {
    displayName,
    organization,
    webUrl,
    // Names of apps are taken once for everyone; the person may change it on the forge's page.
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
