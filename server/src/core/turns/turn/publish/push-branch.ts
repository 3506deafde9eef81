import { onAbort, rejectOnAbort } from "../../../../runtime/on-abort.ts";
import { appendEvent } from "../../../sessions/index.ts";
import { type Checkout, signingKeyOf } from "../checkout.ts";
import { temboIdentity } from "../identity.ts";
import { interruptOf } from "../interrupt.ts";
import type { TurnContext } from "../turn-context.ts";
import { siteOf } from "../workspace-layout.ts";
import { pushSigned } from "./push-signed.ts";

/** Time for which a push may continue after a stop or a time limit, so that the session records what the forge has. */
const graceMs = 10_000;

/** Pushes a commit to the session's branch, or to a rescue branch, and records where it is. */
export async function pushBranch(context: TurnContext, checkout: Checkout, sha: string, signal: AbortSignal) {
  signal.throwIfAborted();
  const { use, repository, forge } = checkout;
  const rescueBranch = `${use.branchName}-rescued-${context.turn.id.slice(-8)}`;
  using lasting = outlast(signal);
  const signed = await pushSigned(context, checkout, sha, lasting.signal);
  const pushed = await context.ports.git.push(
    {
      site: siteOf(context, checkout),
      // It may wait for another process that renews the credential.
      remote: await rejectOnAbort(forge.remote(repository), lasting.signal),
      branch: use.branchName,
      rescueBranch,
      sha: signed ?? sha,
      author: temboIdentity,
      signingKey: signingKeyOf(context, checkout),
    },
    lasting.signal,
  );
  const branch = pushed.outcome === "rescued" ? rescueBranch : use.branchName;
  await appendEvent(context, `push:${repository.id}:${pushed.sha}`, {
    type: "branch.pushed",
    repository: use.directory,
    branch,
    sha: pushed.sha,
  });
  return { ...pushed, branch };
}

/**
 * Returns a signal that aborts after the given one, with the same reason: later if the turn ends here, and at once if
 * another worker continues it and pushes again.
 */
function outlast(signal: AbortSignal): { readonly signal: AbortSignal } & Disposable {
  const lasting = new AbortController();
  const abort = () => lasting.abort(signal.reason);
  const release = onAbort(signal, () => {
    const interrupt = interruptOf(signal);
    if (interrupt === null || interrupt.continuesElsewhere) abort();
    else onAbort(AbortSignal.timeout(graceMs), abort);
  });
  return { signal: lasting.signal, [Symbol.dispose]: () => release[Symbol.dispose]() };
}
