import type { IncomingMessage } from "node:http";
import { isMachineToken, type TokenParts } from "../../../core/base/index.ts";
import { parseGitRequest, tokenOf } from "../git-request.ts";
import { callSubject, digestHeader } from "./call.ts";
import { gitSubject } from "./git-subject.ts";

type Request = Pick<IncomingMessage, "url" | "headers">;

/** Returns the digest of the body if another machine of this installation signed it, or null. Reads only the headers. */
export function signedDigest(parts: TokenParts, { headers }: Request): string | null {
  const digest = headers[digestHeader];
  const token = tokenOf(headers.authorization) ?? "";
  return typeof digest === "string" && isMachineToken(parts, token, callSubject(digest)) ? digest : null;
}

/** True if another machine of this installation sent the request: a call, or a request of git for a repository. */
export function isFromMachine(parts: TokenParts, request: Request): boolean {
  const git = parseGitRequest(request);
  if (git === null) return signedDigest(parts, request) !== null;
  return isMachineToken(parts, git.token ?? "", gitSubject(git));
}
