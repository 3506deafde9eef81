import { isDeepStrictEqual } from "node:util";
import { type Logger, reason } from "../core/base/index.ts";
import { forgePatienceMs, type Git, type GitRemote, type GitSite } from "../core/forges/index.ts";
import type { OutboundFetch } from "../outbound/fetch/outbound-fetch.ts";
import { type Backoff, backoffMs } from "../runtime/backoff.ts";
import { KeyedMutex } from "../runtime/keyed-mutex.ts";
import { retry } from "../runtime/retry.ts";
import { capture } from "./capture/capture.ts";
import { isPublished } from "./capture/is-published.ts";
import { hasLfs } from "./has-lfs.ts";
import { noteOwnPush } from "./push/own-pushes.ts";
import { type MirrorAccess, push } from "./push/push.ts";
import { commitsBetween } from "./read/commits-between.ts";
import { diff, diffStat } from "./read/diff.ts";
import { findFile } from "./read/find-file.ts";
import { readBelow } from "./read/read-below.ts";
import { readFile } from "./read/read-file.ts";
import { findCommit, findEntry, listBranches, readBlob, readTree, sizesOf } from "./read/read-tree.ts";
import { subjects } from "./read/subjects.ts";
import { followMove } from "./remote/follow-move.ts";
import { type LocatedRemote, locateRemote, remoteAddress } from "./remote/locate-remote.ts";
import { deepenUntil, fetchMirror, refreshBranch } from "./remote/mirror.ts";
import { isTransient } from "./remote/remote-error.ts";
import { remoteTip } from "./remote/remote-tip.ts";
import { exportCapture } from "./transfer/export-capture.ts";
import { importCapture } from "./transfer/import-capture.ts";
import { adopt } from "./workspace/adopt.ts";
import { borrowForCapture, borrowFromMirror } from "./workspace/borrow-objects.ts";
import { createCheckout } from "./workspace/checkout.ts";
import { nameCheckout, prepareCheckout } from "./workspace/prepared-checkout.ts";

const pauses: Backoff = { firstMs: 500, maxMs: 10_000 };

interface EndedFetch {
  readonly endedAt: number;
  readonly remote: GitRemote;
  readonly failure: unknown;
}

export interface GitOptions {
  readonly log: Logger;
  /** Data folder. Its subfolder `forge` contains the repositories of the built-in forge. */
  readonly dataDir: string;
  /** Sends requests to a forge to find the new URL of a moved repository. */
  readonly fetch: OutboundFetch;
  /** Time for which a push is repeated while the forge does not respond. Defaults to `forgePatienceMs`. */
  readonly pushPatienceMs?: number;
}

/**
 * Creates host git. Requires the programs `git` (2.38 or later) and `flock` (util-linux), and `ssh-keygen` (OpenSSH) if
 * commits are signed.
 */
export function createGit({ log, dataDir, fetch, pushPatienceMs = forgePatienceMs }: GitOptions): Git {
  const folders = new KeyedMutex();
  const inTurn = <T>(folder: string, signal: AbortSignal, work: () => Promise<T>) =>
    folders.run(folder, work, signal);
  const fetches = new Map<string, EndedFetch>();
  const wherever = <T>(
    remote: GitRemote,
    signal: AbortSignal,
    work: (remote: LocatedRemote) => Promise<T>,
    patienceMs = 0,
  ) => {
    const located = locateRemote(remote, dataDir);
    const from = remoteAddress(located);
    const onMoved = (to: string) => log.warn({ from, to }, "a repository was renamed; its new URL is used");
    return retry(() => followMove(located, onMoved, work, { fetch, signal }), {
      signal,
      afterError: (error, { number, failingMs }) => {
        if (!isTransient(error) || failingMs >= patienceMs) return null;
        log.warn({ remote: from, reason: reason(error) }, "a forge does not respond to git; retrying");
        return backoffMs(pauses, number);
      },
    });
  };
  const mirrorAccess = (mirrorPath: string, remote: LocatedRemote, signal: AbortSignal): MirrorAccess => ({
    refresh: (branch) =>
      inTurn(mirrorPath, signal, () => refreshBranch({ mirrorPath, remote, branch }, signal)),
    deepen: (branch, isConnected) =>
      inTurn(mirrorPath, signal, () =>
        deepenUntil(isConnected, { mirrorPath, remote, branches: [branch] }, signal),
      ),
  });
  const atSite = <T>(site: GitSite, signal: AbortSignal, work: () => Promise<T>) =>
    inTurn(site.capturePath, signal, async () => {
      await borrowFromMirror(site);
      return work();
    });
  return {
    hasLfs: () => hasLfs(),

    fetchMirror: (input, signal) =>
      inTurn(input.mirrorPath, signal, async () => {
        const { mirrorPath, remote, patienceMs, maxAgeMs = 0 } = input;
        const last = fetches.get(mirrorPath);
        // A new URL or credential may resolve the last failure.
        if (
          last !== undefined &&
          performance.now() - last.endedAt < maxAgeMs &&
          isDeepStrictEqual(last.remote, remote)
        ) {
          if (last.failure !== null) throw last.failure;
          return { headBranch: null };
        }
        const ended = (failure: unknown) =>
          fetches.set(mirrorPath, { endedAt: performance.now(), remote, failure });
        try {
          const fetched = await wherever(
            remote,
            signal,
            (found) => fetchMirror({ ...input, remote: found }, signal),
            patienceMs,
          );
          ended(null);
          return fetched;
        } catch (cause) {
          // An aborted fetch provides no information about the forge's state.
          if (!signal.aborted) ended(cause);
          throw cause;
        }
      }),
    findRemoteCommit: ({ remote, branch }, signal) =>
      wherever(remote, signal, (found) => remoteTip({ remote: found, branch }, signal)),
    createCheckout: (input, signal) => atSite(input.site, signal, () => createCheckout(input, signal)),
    prepareCheckout: (input, signal) =>
      inTurn(input.site.capturePath, signal, () => prepareCheckout(input, signal)),
    nameCheckout: (input, signal) =>
      inTurn(input.site.capturePath, signal, () => nameCheckout(input, signal)),
    exportCapture: ({ site }, use, signal) => atSite(site, signal, () => exportCapture(site, use, signal)),
    importCapture: (input, signal) =>
      inTurn(input.site.capturePath, signal, () =>
        inTurn(input.site.mirrorPath, signal, () => importCapture(input, signal)),
      ),
    isPublished: (input, signal) => atSite(input.site, signal, () => isPublished(input, log, signal)),
    capture: (input, signal) => atSite(input.site, signal, () => capture(input, log, signal)),
    diff: reading(diff),
    findFile: reading(findFile),
    commitsBetween: reading(commitsBetween),
    diffStat: reading(diffStat),
    subjects: reading(subjects),
    readFile,
    readBelow,
    findCommit,
    listBranches,
    findEntry,
    readTree,
    sizesOf,
    readBlob,
    noteOwnPush,
    // A push reads the branch first, so it finds out whether an attempt without a response succeeded.
    push: (input, signal) =>
      atSite(input.site, signal, () =>
        wherever(
          input.remote,
          signal,
          (remote) =>
            push({ ...input, remote }, mirrorAccess(input.site.mirrorPath, remote, signal), log, signal),
          pushPatienceMs,
        ),
      ),
    adopt: (input, signal) =>
      atSite(input.site, signal, () =>
        wherever(input.remote, signal, (remote) =>
          adopt({ ...input, remote }, mirrorAccess(input.site.mirrorPath, remote, signal), log, signal),
        ),
      ),
  };
}

/** Wraps a function that reads captured work, so that it succeeds even after the data folder was moved. */
function reading<I extends { readonly site: GitSite }, O>(
  read: (input: I, signal: AbortSignal) => Promise<O>,
): (input: I, signal: AbortSignal) => Promise<O> {
  return async (input, signal) => {
    await borrowForCapture(input.site);
    return read(input, signal);
  };
}
