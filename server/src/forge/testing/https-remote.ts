import assert from "node:assert/strict";
import type { RepositoryRef } from "../../core/forge/forge-repository.ts";
import type { Forge } from "../../core/ports/forge/forge.ts";
import type { HttpsRemote } from "../../core/ports/git/git.ts";

/** The remote of a repository on a forge that is reached over http(s). */
export async function httpsRemote(
  forge: Pick<Forge, "remote">,
  repository: RepositoryRef,
): Promise<HttpsRemote> {
  const remote = await forge.remote(repository);
  assert.ok(remote.kind === "https");
  return remote;
}
