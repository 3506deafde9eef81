import type { Socket } from "node:net";
import { canonicalHost } from "../../../core/access/index.ts";
import type { Reach } from "../../../outbound/reach/reach.ts";
import type { Target } from "../../../outbound/reach/target.ts";
import type { EgressLimits } from "../limits.ts";
import { peekFirstBytes } from "./peek.ts";
import { type DirectReader, relay } from "./relay.ts";

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
  /** Takes both sides of a tunnel that HTTP is spoken on. */
  servePlain(client: Socket, upstream: Socket, target: Target): void;
}

/**
 * Carries bytes both ways, once what the client says first has been looked at. TLS for a host that the target's server
 * also answers for, but the policy does not allow, is cut (domain fronting); HTTP goes to `servePlain`. The server's bytes
 * are not held up. What says neither first is carried as it is, to its end: it names no host that the door could read.
 */
export async function tunnel(tunnel: Tunnel): Promise<void> {
  const { client, upstream, reader, target, reach, limits, isEstablished, isNameChecked, servePlain } =
    tunnel;
  const uncut = cutTogether(client, upstream);
  const cutIdle = () => upstream.destroy();
  upstream.setTimeout(limits.idleMs, cutIdle);
  if (!isEstablished) client.write(established);
  reader.relay(upstream, client);
  const first = isNameChecked ? await peekFirstBytes(client, limits) : unchecked;
  if (first?.kind === "http") {
    uncut();
    upstream.off("timeout", cutIdle);
    reader.handBack(upstream);
    servePlain(client, upstream, target);
  } else if (
    first === null ||
    (first.kind === "tls" && !isServerNameAllowed(first.serverName, target, reach))
  ) {
    client.destroy();
  } else {
    relay(client, upstream);
  }
}

const unchecked = { kind: "other" } as const;

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

/**
 * When one side is gone the other has nobody to speak to; what it was still to be sent is sent. The function that comes
 * back ends this.
 */
export function cutTogether(one: Socket, other: Socket): () => void {
  const cut = (gone: Socket, left: Socket) => {
    const leave = (hadError: boolean) => (hadError ? left.destroy() : left.destroySoon());
    gone.on("error", () => gone.destroy());
    gone.once("close", leave);
    return () => gone.off("close", leave);
  };
  const ends = [cut(one, other), cut(other, one)];
  return () => {
    for (const end of ends) end();
  };
}
