import { z } from "zod";
import { AppError } from "../../core/base/index.ts";
import type { ForgeAccess } from "../../core/forges/index.ts";
import { cloneRemote } from "../clone-remote.ts";
import { type GiteaClient, nameOf, repositoryPath } from "./gitea-client.ts";
import { readUser } from "./reading.ts";
import { repository as repositoryShape, user } from "./shapes.ts";

/** Minimum remaining validity of a token for host git. */
const remoteMs = 15 * 60_000;

export function giteaAccess(client: GiteaClient): ForgeAccess {
  const account = async () =>
    readUser(await client.read(user, { path: "/user", what: "identify the token's owner" }));

  return {
    account,

    async test() {
      try {
        const { login } = await account();
        const missing = await missingPermissions(client);
        if (missing.length === 0)
          return {
            isHealthy: true,
            message: `The integration acts as ${login} and has all permissions that it needs.`,
          };
        return { isHealthy: false, message: `The integration acts as ${login}, but ${missing.join("; ")}.` };
      } catch (error) {
        if (error instanceof AppError) return { isHealthy: false, message: error.message };
        throw error;
      }
    },

    rateLimit: async () => null,

    remote(repository) {
      const { owner, name } = repository;
      const url = `${client.webUrl}/${encodeURIComponent(owner)}/${encodeURIComponent(name)}.git`;
      // Gitea accepts a token as the password, with any username.
      return cloneRemote(url, client.webUrl, async () => ({
        username: "tembo",
        password: await client.token(remoteMs),
      }));
    },
  };
}

/**
 * Returns the missing permissions in one repository to which the account can push. Gitea does not report a token's scopes, but checks them
 * before it looks up a resource. Deleting a nonexistent resource therefore returns 404 with the scope, and 403 without it.
 */
async function missingPermissions(client: GiteaClient): Promise<string[]> {
  const request = { path: "/user/repos", query: { limit: 50 }, what: "list the repositories" };
  const repositories = await client.read(z.array(repositoryShape).nullable(), request);
  const writable = (repositories ?? []).find(({ permissions }) => permissions?.push === true);
  if (writable === undefined) {
    return ["it cannot push to any repository: add the account as a collaborator with write access"];
  }
  const repository = { owner: writable.owner.login, name: writable.name };
  const path = repositoryPath(repository);
  const missing: string[] = [];
  const probes = [
    { path: `${path}/releases/tags/tembo-asks-whether-it-may`, scope: "write:repository" },
    { path: `${path}/issues/comments/999999999999`, scope: "write:issue" },
  ];
  for (const probe of probes) {
    const what = `check the scope ${probe.scope}`;
    const { status, body } = await client.send({
      method: "DELETE",
      path: probe.path,
      what,
      answers: [403, 404],
    });
    // A 403 whose message does not mention scopes means that the feature is disabled in the repository.
    const words = refusal.safeParse(body).data?.message ?? "";
    if (status === 403 && /scope/i.test(words)) missing.push(`its token lacks the scope ${probe.scope}`);
  }
  if (writable.permissions?.admin !== true) {
    missing.push(`it is not an administrator of ${nameOf(repository)}, so it cannot create webhooks there`);
  }
  return missing;
}

const refusal = z.object({ message: z.string() });
