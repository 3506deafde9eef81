import { AppError, asSentence, withReason } from "../../core/base/index.ts";
import { lastWords } from "../process/last-words.ts";
import type { LocatedRemote } from "./locate-remote.ts";

/** Cause in the error for a remote that responded with a redirect. */
export const movedAway = new Error("The remote responded with a redirect.");

const noResponse = new Error("The remote did not respond as a git server.");
/** Matches what git and curl print if the network failed. A status code of the forge takes precedence. */
const networkFailed =
  /Could not resolve host|Failed to connect|Could(?: not|n't) connect|Connection (?:reset|refused)|timed out|unexpected disconnect|hung up unexpectedly|early EOF|Empty reply/i;

/** True if the network or the forge failed, so that the same request may succeed later. */
export function isTransient(error: unknown): boolean {
  return error instanceof AppError && error.cause === noResponse;
}

/**
 * Converts git's output into the error for a remote that rejected the request, or returns null if the output is not recognized. Forges
 * reject requests with a status code, and some add a message.
 */
export function remoteError(
  verb: string,
  stderr: string,
  remote: LocatedRemote,
  isPartOfPush = verb === "push",
): AppError | null {
  const name = nameOf(remote);
  const remoteMessage = remoteWords(stderr);
  const status = Number(/The requested URL returned error: (\d{3})/.exec(stderr)?.[1] ?? 0);
  if (status === 403 && verb === "push")
    return new AppError(
      "push_rejected",
      `The forge rejected the push to ${name}. ${pushAdvice(remoteMessage) || defaultAdvice}${quote(remoteMessage)}`,
    );
  const isRefused = /could not read (?:Username|Password)|Authentication failed|HTTP Basic: Access denied/;
  const kept = isPartOfPush ? " The work remains in the workspace, and the next message pushes it." : "";
  if (isRefused.test(stderr) || status === 401 || status === 403)
    return new AppError(
      "forge_unauthorized",
      `The forge rejected the credential for ${name}. Replace the integration's credential.${kept}${quote(remoteMessage)}`,
    );
  if (status >= 300 && status < 400)
    return new AppError(
      "git_failed",
      `The repository ${name} was renamed or moved. Run "tembo integration sync INTEGRATION".`,
      { cause: movedAway },
    );
  if (/^fatal: repository '.*' not found$/m.test(stderr) || status === 404)
    return new AppError(
      "git_failed",
      `The repository ${name} does not exist, or the credential cannot access it. Run "tembo integration sync INTEGRATION".${quote(remoteMessage)}`,
    );
  if (status === 429 || status >= 500 || (status === 0 && networkFailed.test(stderr)))
    return new AppError("git_failed", `${withReason(`git ${verb} failed`, lastWords(stderr))}${kept}`, {
      cause: noResponse,
    });
  return null;
}

/** Returns advice that helps the next push succeed, based on the forge's message, or an empty string for an unknown message. */
export function pushAdvice(words: string): string {
  return advices.find(([pattern]) => pattern.test(words))?.[1] ?? "";
}

/** Returns the last 600 characters of the remote's own message, without the lines from git. */
export function remoteWords(stderr: string): string {
  return stderr
    .split("\n")
    .filter((line) => line.startsWith("remote:"))
    .map((line) => line.slice("remote:".length).trim())
    .filter((line) => line !== "")
    .join(" ")
    .slice(-600);
}

/** Returns the repository's path on its forge, such as `acme/app`. */
export function nameOf(remote: LocatedRemote): string {
  if (remote.kind === "folder") return remote.name;
  return new URL(remote.url).pathname
    .replace(/\/+$/, "")
    .replace(/\.git$/, "")
    .split("/")
    .filter((step) => step !== "")
    .join("/");
}

/** The first match wins, so the specific patterns are first. */
const advices: readonly (readonly [RegExp, string])[] = [
  [
    /archived|read[- ]only/i,
    "The repository is archived or read-only. Unarchive it on the forge, or remove it from the session.",
  ],
  [
    /verified signature|must be signed|unsigned commit|not signed|signature/i,
    'The repository requires signed commits. Turn on "shouldSignCommits" and set the integration\'s signing key.',
  ],
  [
    /workflows?['"` ]+(?:permission|scope)/i,
    "The push changes workflows, but the credential has no permission to write them. Add that permission.",
  ],
  [
    /GH001|file size limit|larger than|too large|exceeds/i,
    "A file exceeds the forge's size limit. Remove it, or store it with Git LFS.",
  ],
  [
    /GH008|unknown Git LFS|LFS objects? (?:is|are) missing|missing LFS/i,
    'Git LFS files are not on the forge yet. Run "git lfs push origin HEAD" in the session.',
  ],
  [
    /GH006|GH013|protected branch|rule violations|GL-HOOK-ERR.*protected|permission denied to (?:update|create) branch/i,
    "The branch is protected. Use another branch for the session, or allow the integration's account to push to it.",
  ],
  [
    /permission to .* denied|not allowed to push|access denied|denied to|insufficient/i,
    "The credential cannot write to the repository. Grant the integration's account write access.",
  ],
  [
    /GL-HOOK-ERR|pre-receive hook declined|hook declined/i,
    "A repository rule rejected the push. Change what the rule rejects, or ask the repository's maintainers.",
  ],
];

/** Advice for a push that the forge rejects with status 403 and a message that no pattern matches. */
const defaultAdvice = "Check that the integration's account has write access.";

const quote = (words: string) => (words === "" ? "" : ` The forge's message: ${asSentence(words)}`);
