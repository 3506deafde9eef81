import { z } from "zod";
import type { GithubClient } from "../api/client.ts";
import { appPage } from "../credential/app-page.ts";
import type { GithubCredential } from "../credential/credential.ts";
import { readAnswer } from "../read/read.ts";
import type { AccessResult } from "./access-result.ts";
import { missingPermissions } from "./permissions.ts";

const installationReader = z.object({
  html_url: z.string().nullish(),
  account: z.object({ login: z.string().nullish(), slug: z.string().nullish() }).nullish(),
  permissions: z.record(z.string(), z.unknown()),
  suspended_at: z.string().nullish(),
});

/** Compares the permissions granted to the installation with those that Tembo needs. Authenticates with the App's JWT. */
export async function testApp(
  client: GithubClient,
  app: NonNullable<GithubCredential["app"]>,
  webUrl: string,
): Promise<AccessResult> {
  // This call throws a specific error if the App is not installed.
  await client.credential.token();
  const authorization = `Bearer ${await app.jwt()}`;
  const { data } = await client.ask(`find the installation of the App "${app.slug}"`, (request) =>
    request("GET /app/installations/{installation_id}", {
      installation_id: Number(app.installationId),
      headers: { authorization },
    }),
  );
  const installation = readAnswer(installationReader, data);
  const page = installation.html_url ?? appPage(webUrl, app.slug);
  if (installation.suspended_at) {
    return {
      isHealthy: false,
      message: `The installation of "${app.slug}" is suspended. Unsuspend it at ${page}.`,
    };
  }
  const missing = missingPermissions(installation.permissions);
  const name = installation.account?.login ?? installation.account?.slug ?? "its account";
  if (missing.length > 0) {
    return {
      isHealthy: false,
      message: `The App "${app.slug}" lacks permissions in ${name}: ${missing.join(", ")}. Change the App's permissions, then accept the change at ${page}.`,
    };
  }
  const workflows =
    installation.permissions.workflows === "write"
      ? ""
      : ' Without "workflows: write" it cannot push changes to .github/workflows.';
  return {
    isHealthy: true,
    message: `The App "${app.slug}" has all permissions that it needs in ${name}.${workflows}`,
  };
}
