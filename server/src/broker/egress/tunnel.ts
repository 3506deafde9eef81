import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { canonicalHost } from "../../core/egress/canonical-host.ts";
import type { EgressLimits } from "./limits.ts";
import { peekFirstBytes } from "./peek.ts";
import type { Reach } from "./reach.ts";
import { type DirectReader, relay } from "./relay.ts";
import type { Target } from "./target.ts";

export interface Tunnel {
  readonly client: Socket;
  readonly upstream: Socket;
  /** That `upstream` was opened with. */
  readonly reader: DirectReader;
  readonly target: Target;
  readonly reach: Reach;
  readonly limits: EgressLimits;
  /** The CONNECT has been answered. */
  readonly isEstablished: boolean;
  /** False under a policy that allows every host: then no other host can be meant. */
  readonly isNameChecked: boolean;
}

/**
 * Carries bytes both ways, once what the client says first has been looked at: TLS for a host that the target's server
 * also answers for, but the policy does not allow, is cut (domain fronting). The server's bytes are not held up.
 */
export async function tunnel(tunnel: Tunnel): Promise<void> {
  const { client, upstream, reader, target, reach, limits, isEstablished, isNameChecked } = tunnel;
  cutTogether(client, upstream);
  upstream.setTimeout(limits.idleMs, () => upstream.destroy());
  if (!isEstablished) client.write(established);
  reader.relay(upstream, client);
  if (isNameChecked && !(await isFirstMessageAllowed(client, target, reach, limits))) client.destroy();
  else relay(client, upstream);
}

/** Tells of a host that TLS asks for and the policy does not allow. The client's bytes stay unread. */
async function isFirstMessageAllowed(
  client: Duplex,
  target: Target,
  reach: Reach,
  limits: EgressLimits,
): Promise<boolean> {
  const first = await peekFirstBytes(client, limits);
  if (first === null) return false;
  return first.kind === "other" || isServerNameAllowed(first.serverName, target, reach);
}

export const established = "HTTP/1.1 200 Connection Established\r\n\r\n";

/** Tells of a name that is not allowed. Null stands for a client that names no host. */
export function isServerNameAllowed(
  serverName: string | null,
  { host, port }: Target,
  reach: Reach,
): boolean {
  if (serverName === null) return true;
  const asked = canonicalHost(serverName);
  if (asked !== null && (asked === host || reach.isAllowed({ host: asked, port }))) return true;
  // Not answered with 403: inside TLS nothing can be said that the client would read.
  reach.deny({ host: asked ?? "(not a host name)", port, reason: "notAllowed" });
  return false;
}

/** When one side is gone the other has nobody to speak to; what it was still to be sent is sent. */
function cutTogether(one: Socket, other: Socket): void {
  const cut = (gone: Socket, left: Socket) => {
    gone.on("error", () => gone.destroy());
    gone.once("close", (hadError) => (hadError ? left.destroy() : left.destroySoon()));
  };
  cut(one, other);
  cut(other, one);
}
