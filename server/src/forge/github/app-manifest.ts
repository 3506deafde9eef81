import { z } from "zod";
import type { ForgeCredential } from "../../core/forges/index.ts";
import { neededPermissions, optionalPermissions } from "./access/permissions.ts";
import { createOctokit, type OctokitOptions } from "./api/octokit.ts";
import { refusal } from "./api/refusal.ts";
import { id, readAnswer } from "./read/read.ts";
import { hookEvents } from "./repository/hooks.ts";

type AppKey = ForgeCredential & { readonly type: "githubApp" };

export interface ManifestInput {
  /** At most 34 characters, unique on its GitHub; a person may change it there. */
  readonly name: string;
  /** Of this Tembo, shown on the App's page. */
  readonly publicUrl: string;
  readonly webhookUrl: string;
  /** False where GitHub cannot reach this server. */
  readonly isWebhookActive: boolean;
  /** Where GitHub sends the person with a code once the App is made. */
  readonly redirectUrl: string;
  /** Where it sends them once the App is installed, with `installation_id`. */
  readonly setupUrl: string;
}

/** What a person's browser posts to `/settings/apps/new`, or an organization's, as the field `manifest` (docs.github.com/apps/sharing-github-apps/registering-a-github-app-from-a-manifest). */
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

/** What a code from a made App is worth, once and within an hour. Throws `forge_failed` for one that is spent. */
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
    throw refusal("make the App from its manifest; begin again", error, options.clock.now());
  }
}
