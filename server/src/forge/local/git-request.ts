import type { IncomingMessage } from "node:http";

export interface GitRequest {
  readonly owner: string;
  readonly name: string;
  readonly service: "git-upload-pack" | "git-receive-pack";
  /** Only method that this URL supports. */
  readonly method: "GET" | "POST";
  readonly isWrite: boolean;
  readonly token: string | null;
}

const address = /^(?:\/git)?\/([^/]+)\/([^/]+?)(?:\.git)?\/(info\/refs|git-upload-pack|git-receive-pack)$/;

/**
 * Parses a request of git's smart HTTP protocol: `/git/<owner>/<name>[.git]/...`, where `/git` is optional. Does not decode percent
 * escapes, so that they cannot become slashes or dots. Returns null for every other request, including those of the old "dumb" protocol.
 */
export function parseGitRequest(request: Pick<IncomingMessage, "url" | "headers">): GitRequest | null {
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
 * Returns the password from Basic authentication or the token from Bearer authentication, or null if there is neither. Also accepts the
 * scheme "token", which GitHub's clients use.
 */
export function tokenOf(header: string | undefined): string | null {
  const [, scheme, value] = /^(basic|bearer|token) +(\S+)$/i.exec(header ?? "") ?? [];
  if (!scheme || !value) return null;
  if (scheme.toLowerCase() !== "basic") return value;
  const pair = Buffer.from(value, "base64").toString("utf8");
  const colon = pair.indexOf(":");
  return colon < 0 || colon === pair.length - 1 ? null : pair.slice(colon + 1);
}
