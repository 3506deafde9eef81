import type { IncomingMessage } from "node:http";
import { createMachineToken, isMachineToken, type TokenParts } from "../core/base/index.ts";

/** Time for which a token for opening a link or a connection is valid. */
const lifetimeMs = 60_000;
const idPattern = "([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})";
const linkPath = new RegExp(`^/internal/links/${idPattern}$`);
const connectionPath = new RegExp(`^/internal/connections/${idPattern}$`);

/** Header with the address of the client whose request a connection carries. */
const clientHeader = "x-tembo-client-address";

/** Protocol of the upgrade with which a server opens a connection through another server. */
export const connectionProtocol = "tembo-connection";

/** Request for an upgrade that only processes of this installation send. */
export type InternalRequest =
  | { readonly kind: "link"; readonly workerId: string }
  | { readonly kind: "connection"; readonly processId: string; readonly address: string };

interface InternalHead {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Returns the path and headers that open the request at a server. */
export function requestOf(parts: TokenParts, internal: InternalRequest): InternalHead {
  const token = createMachineToken(parts, subjectOf(internal), lifetimeMs);
  const authorization = `Bearer ${token}`;
  if (internal.kind === "link")
    return { path: `/internal/links/${internal.workerId}`, headers: { authorization } };
  return {
    path: `/internal/connections/${internal.processId}`,
    headers: {
      authorization,
      connection: "Upgrade",
      upgrade: connectionProtocol,
      [clientHeader]: internal.address,
    },
  };
}

/** Returns the internal request for which a client requests an upgrade, or null for all other requests. Verifies no token. */
export function parseInternal({
  url = "",
  headers,
}: Pick<IncomingMessage, "url" | "headers">): InternalRequest | null {
  const workerId = linkPath.exec(url)?.[1];
  const protocol = headers.upgrade?.toLowerCase();
  if (workerId !== undefined && protocol === "websocket") return { kind: "link", workerId };
  const processId = connectionPath.exec(url)?.[1];
  if (processId === undefined || protocol !== connectionProtocol) return null;
  return { kind: "connection", processId, address: String(headers[clientHeader] ?? "") };
}

/** True if a process of this installation sent the request. */
export function isInternal(
  parts: TokenParts,
  { headers }: Pick<IncomingMessage, "headers">,
  internal: InternalRequest,
): boolean {
  const token = /^Bearer (\S+)$/.exec(headers.authorization ?? "")?.[1] ?? "";
  return isMachineToken(parts, token, subjectOf(internal));
}

/** Subject of the token. A token therefore permits neither another process nor another client address. */
function subjectOf(internal: InternalRequest): string {
  return internal.kind === "link"
    ? `link ${internal.workerId}`
    : `connection ${internal.processId} ${internal.address}`;
}
