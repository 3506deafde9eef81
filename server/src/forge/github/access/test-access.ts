import { AppError } from "../../../core/base/index.ts";
import type { GithubClient } from "../api/client.ts";
import type { AccessResult } from "./access-result.ts";
import { testApp } from "./test-app.ts";
import { testToken } from "./test-token.ts";

/** Tests the permissions that Tembo needs. If GitHub rejects a request, returns the rejection as the result instead of throwing it. */
export async function testAccess(client: GithubClient, webUrl: string): Promise<AccessResult> {
  try {
    const { app } = client.credential;
    return app === null ? await testToken(client) : await testApp(client, app, webUrl);
  } catch (error) {
    if (error instanceof AppError) return { isHealthy: false, message: error.message };
    throw error;
  }
}
