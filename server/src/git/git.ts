import type { Git, GitRemote } from "../core/ports/git.ts";
import type { Logger } from "../core/ports/logger.ts";
import { capture } from "./capture.ts";
import { createCheckout } from "./checkout.ts";
import { diff } from "./diff.ts";
import { exclusively } from "./exclusively.ts";
import { findFile } from "./find-file.ts";
import { fetchMirror } from "./mirror.ts";
import { push } from "./push.ts";

/** Host git over the program `git` (2.38 or later) and `flock` of util-linux. */
export function createGit({ log }: { readonly log: Logger }): Git {
  const inTurn = exclusively();
  const refresh = (mirrorPath: string, remote: GitRemote, signal: AbortSignal) =>
    inTurn(mirrorPath, signal, () => fetchMirror(mirrorPath, remote, signal));
  return {
    fetchMirror: ({ mirrorPath, remote }, signal) => refresh(mirrorPath, remote, signal),
    createCheckout: (input, signal) =>
      inTurn(input.site.capturePath, signal, () => createCheckout(input, signal)),
    capture: (input, signal) => inTurn(input.site.capturePath, signal, () => capture(input, log, signal)),
    diff,
    findFile,
    push: (input, signal) =>
      inTurn(input.site.capturePath, signal, () =>
        push(input, () => refresh(input.site.mirrorPath, input.remote, signal), signal),
      ),
  };
}
