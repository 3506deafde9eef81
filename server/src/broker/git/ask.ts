import type { GitRemote, SpawnGit } from "../../core/forges/index.ts";
import type { Outbound } from "../../outbound/outbound.ts";
import { askLocal } from "./ask-local.ts";
import { askRemote } from "./ask-remote.ts";
import type { GitAnswer, GitCall } from "./git-call.ts";

export interface AskMeans {
  readonly spawnGit: SpawnGit;
  readonly outbound: Pick<Outbound, "request">;
}

/**
 * Sends the call to the repository. Throws a `Refusal`, whose message contains no credentials, if the repository cannot be reached or does not
 * respond like a git server.
 */
export function ask(
  remote: GitRemote,
  call: GitCall,
  { spawnGit, outbound }: AskMeans,
  signal: AbortSignal,
): Promise<GitAnswer> {
  return remote.kind === "local"
    ? askLocal(remote, call, spawnGit, signal)
    : askRemote(remote, call, outbound, signal);
}
