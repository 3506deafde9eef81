import { tembo } from "../../api/client.ts";

/** Leads the browser to the forge, where a person lets the integration act, and from there back to this page. */
export async function authorize(integrationId: string): Promise<void> {
  const { authorizationUrl } = await tembo.integrations.authorize(integrationId, {
    returnUrl: location.href,
  });
  location.assign(authorizationUrl);
}
