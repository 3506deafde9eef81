import { tembo } from "../../api/client.ts";

/** Redirects the browser to the forge to authorize the integration. The forge redirects back to this page. */
export async function authorize(integrationId: string): Promise<void> {
  const { authorizationUrl } = await tembo.integrations.authorize(integrationId, {
    returnUrl: location.href,
  });
  location.assign(authorizationUrl);
}
