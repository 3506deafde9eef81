import assert from "node:assert/strict";
import type { Forge } from "../../core/forges/forge/forge.ts";
import type { RepositoryRef } from "../../core/forges/forge/forge-repository.ts";
import type { HttpsRemote } from "../../core/forges/git/git.ts";

/** The remote of a repository on a forge that is reached over http(s). */
export async function httpsRemote(
  forge: Pick<Forge, "remote">,
  repository: RepositoryRef,
): Promise<HttpsRemote> {
  const remote = await forge.remote(repository);
  assert.ok(remote.kind === "https");
  return remote;
}
