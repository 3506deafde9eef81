import { tembo } from "../../api/client.ts";

/** Opens the forge's page that authorizes the integration. The forge redirects the browser back to this page. */
export async function authorize(integrationId: string): Promise<void> {
  const { authorizationUrl } = await tembo.integrations.authorize(integrationId, {
    returnUrl: location.href,
  });
  location.assign(authorizationUrl);
}
