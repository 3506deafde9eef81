import type { ForgeUser } from "../../../core/forges/index.ts";
import type { GithubClient } from "../api/client.ts";
import { readAnswer } from "../read/read.ts";
import { user } from "../read/user.ts";

/** Returns the credential's account. A GitHub App acts as a bot with the App's name. */
export async function githubAccount(client: GithubClient): Promise<ForgeUser> {
  const { app } = client.credential;
  const { data } = await client.ask<{ data: unknown }>("identify the integration's account", (request) =>
    app === null ? request("GET /user") : request("GET /users/{username}", { username: `${app.slug}[bot]` }),
  );
  return readAnswer(user, data);
}
