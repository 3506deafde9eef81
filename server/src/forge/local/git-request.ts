import type { IncomingMessage } from "node:http";

export interface GitRequest {
  readonly owner: string;
  readonly name: string;
  readonly service: "git-upload-pack" | "git-receive-pack";
  /** The only method that this URL supports. */
  readonly method: "GET" | "POST";
  readonly isWrite: boolean;
  readonly token: string | null;
}

const address = /^(?:\/git)?\/([^/]+)\/([^/]+?)(?:\.git)?\/(info\/refs|git-upload-pack|git-receive-pack)$/;

/**
 * Reads a request of git's smart HTTP protocol: `/git/<owner>/<name>[.git]/...`, with an optional `/git`. Percent escapes
 * are not decoded, so that none can become a slash or a dot. Returns null for everything else. The old "dumb" protocol is
 * not supported.
 */
export function parseGitRequest(request: IncomingMessage): GitRequest | null {
  const [path, query] = (request.url ?? "").split("?", 2);
  const [, owner, name, action] = address.exec(path!) ?? [];
  if (!owner || !name || !action) return null;
  const isAdvertisement = action === "info/refs";
  const service = isAdvertisement ? new URLSearchParams(query ?? "").get("service") : action;
  if (service !== "git-upload-pack" && service !== "git-receive-pack") return null;
  return {
    owner,
    name,
    service,
    method: isAdvertisement ? "GET" : "POST",
    isWrite: service === "git-receive-pack",
    token: tokenOf(request.headers.authorization),
  };
}

/**
 * Returns the token from an `Authorization` header, or null if it contains none: the password of Basic, or the value of
 * Bearer or of `token`, a scheme that GitHub's clients use.
 */
export function tokenOf(header: string | undefined): string | null {
  const [, scheme, value] = /^(basic|bearer|token) +(\S+)$/i.exec(header ?? "") ?? [];
  if (!scheme || !value) return null;
  if (scheme.toLowerCase() !== "basic") return value;
  const pair = Buffer.from(value, "base64").toString("utf8");
  const colon = pair.indexOf(":");
  return colon < 0 || colon === pair.length - 1 ? null : pair.slice(colon + 1);
}
