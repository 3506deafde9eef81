import { z } from "zod";
import type { ForgeCredential } from "../../core/forges/index.ts";
import { neededPermissions, optionalPermissions } from "./access/permissions.ts";
import { createOctokit, type OctokitOptions } from "./api/octokit.ts";
import { refusal } from "./api/refusal.ts";
import { id, readAnswer } from "./read/read.ts";
import { hookEvents } from "./repository/hooks.ts";

type AppKey = ForgeCredential & { readonly type: "githubApp" };

export interface ManifestInput {
  /**
   * Name of the App. Only the first 34 characters are used, GitHub's maximum. It must be unique on the GitHub host. The user who creates the App
   * can change the name there.
   */
  readonly name: string;
  /** URL of this Tembo server, shown on the App's page. */
  readonly publicUrl: string;
  readonly webhookUrl: string;
  /** False if GitHub cannot reach this server. */
  readonly isWebhookActive: boolean;
  /** URL to which GitHub redirects the user, with a code, after the App was created. */
  readonly redirectUrl: string;
  /** URL to which GitHub redirects the user, with `installation_id`, after the App was installed. */
  readonly setupUrl: string;
}

/**
 * Returns the manifest of an App. The browser posts it in the field `manifest` to `/settings/apps/new`, or to the corresponding page of an
 * organization (docs.github.com/apps/sharing-github-apps/registering-a-github-app-from-a-manifest).
 */
export function appManifest({ name, publicUrl, webhookUrl, isWebhookActive, ...urls }: ManifestInput) {
  const { redirectUrl, setupUrl } = urls;
  return {
    name: name.slice(0, 34),
    url: publicUrl,
    hook_attributes: { url: webhookUrl, active: isWebhookActive },
    redirect_url: redirectUrl,
    setup_url: setupUrl,
    setup_on_update: true,
    public: false,
    default_permissions: { ...neededPermissions, ...optionalPermissions },
    default_events: [...hookEvents],
  };
}

const conversionReader = z.object({
  id,
  slug: z.string(),
  pem: z.string(),
  client_id: z.string(),
  client_secret: z.string(),
  webhook_secret: z.string().nullish(),
});

/**
 * Exchanges the code of a new App for its credentials. A code can be used only once, within an hour. Throws `forge_failed` if it has
 * expired or was used.
 */
export async function convertManifestCode(
  code: string,
  options: OctokitOptions,
): Promise<{
  readonly credential: AppKey;
  readonly webhookSecret: string | null;
}> {
  const { request } = createOctokit(options);
  try {
    const { data } = await request("POST /app-manifests/{code}/conversions", { code });
    const app = readAnswer(conversionReader, data);
    return {
      credential: {
        type: "githubApp",
        appId: app.id,
        slug: app.slug,
        privateKey: app.pem,
        clientId: app.client_id,
        clientSecret: app.client_secret,
        installationId: null,
      },
      webhookSecret: app.webhook_secret ?? null,
    };
  } catch (error) {
    throw refusal("create the App from its manifest (start the setup again)", error, options.clock.now());
  }
}
