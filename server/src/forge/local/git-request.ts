import type { IncomingMessage } from "node:http";

export interface GitRequest {
  readonly owner: string;
  readonly name: string;
  readonly service: "git-upload-pack" | "git-receive-pack";
  /** The one method that this address answers to. */
  readonly method: "GET" | "POST";
  readonly isWrite: boolean;
  readonly token: string | null;
}

const address = /^(?:\/git)?\/([^/]+)\/([^/]+?)(?:\.git)?\/(info\/refs|git-upload-pack|git-receive-pack)$/;

/**
 * Reads a request of git's smart HTTP protocol: `/git/<owner>/<name>[.git]/...`, the `/git` optional. Percent escapes are taken as they
 * stand, so that none can become a slash or a dot. Null for everything else; the old "dumb" protocol is not spoken.
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

/** The password of Basic or the token of Bearer (GitHub's clients also call it "token"); null when there is none. */
export function tokenOf(header: string | undefined): string | null {
  const [, scheme, value] = /^(basic|bearer|token) +(\S+)$/i.exec(header ?? "") ?? [];
  if (!scheme || !value) return null;
  if (scheme.toLowerCase() !== "basic") return value;
  const pair = Buffer.from(value, "base64").toString("utf8");
  const colon = pair.indexOf(":");
  return colon < 0 || colon === pair.length - 1 ? null : pair.slice(colon + 1);
}
