import { AppError } from "../../../core/base/index.ts";
import type { GithubClient } from "../api/client.ts";
import type { AccessResult } from "./access-result.ts";
import { testApp } from "./test-app.ts";
import { testToken } from "./test-token.ts";

/** Whether all that the product does is permitted. What GitHub refuses is the answer and no error. */
export async function testAccess(client: GithubClient, webUrl: string): Promise<AccessResult> {
  try {
    const { app } = client.credential;
    return app === null ? await testToken(client) : await testApp(client, app, webUrl);
  } catch (error) {
    if (error instanceof AppError) return { isHealthy: false, message: error.message };
    throw error;
  }
}
