import assert from "node:assert/strict";
import type { Forge, HttpsRemote, RepositoryRef } from "../../core/forges/index.ts";

/** Returns the remote of a repository on a forge that uses http(s). */
export async function httpsRemote(
  forge: Pick<Forge, "remote">,
  repository: RepositoryRef,
): Promise<HttpsRemote> {
  const remote = await forge.remote(repository);
  assert.ok(remote.kind === "https");
  return remote;
}
