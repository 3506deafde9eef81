import { z } from "zod";
import type { ForgeUser, RepositoryRef } from "../../../core/forges/index.ts";
import type { GithubClient } from "../api/client.ts";
import { absentAsNull } from "../api/refusal.ts";
import { id, readAnswer } from "../read/read.ts";
import { named } from "../repository/named.ts";

/** Parses a permission. GitHub reports `maintain` as `write`, and `triage` as `read`. */
const reader = z.object({ permission: z.string(), user: z.object({ id }).nullish() });

/**
 * True if the user can write to the repository. The ID in the response must match, because GitHub looks up the login, which may now belong
 * to another user.
 */
export async function canWrite(
  client: GithubClient,
  ref: RepositoryRef,
  user: Pick<ForgeUser, "id" | "login">,
): Promise<boolean> {
  const asked = client.askIn(ref, `read the permissions of ${user.login} in ${named(ref)}`, (request, path) =>
    request("GET /repos/{owner}/{repo}/collaborators/{username}/permission", {
      ...path,
      username: user.login,
    }),
  );
  const answer = await absentAsNull(asked);
  if (answer === null) return false;
  const { permission, user: found } = readAnswer(reader, answer.data);
  return found?.id === user.id && (permission === "admin" || permission === "write");
}
