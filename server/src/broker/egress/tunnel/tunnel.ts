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
  /** Reader that was used to open `upstream`. */
  readonly reader: DirectReader;
  readonly target: Target;
  readonly reach: Reach;
  readonly limits: EgressLimits;
  /** True if the response to the CONNECT has been sent. */
  readonly isEstablished: boolean;
  /** True unless the policy allows every host. In that case, no request can name a forbidden host. */
  readonly isNameChecked: boolean;
  /** Takes over both sides of a tunnel that contains plain HTTP. */
  servePlain(client: Socket, upstream: Socket, target: Target): void;
}

/**
 * Relays bytes in both directions. If `isNameChecked` is true, inspects the client's first bytes before it relays them:
 * - Closes the connection if the client requests a host over TLS that the policy does not allow (domain fronting), or if `peekFirstBytes`
 * returns null.
 * - Passes HTTP to `servePlain`.
 * - Relays all other data unchanged.
 *
 * Never delays bytes from the server.
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

/**
 * Returns true if the client requests no host (`serverName` is null), the tunnel's host or another host that the policy allows. Otherwise,
 * reports the denial and returns false.
 */
export function isServerNameAllowed(
  serverName: string | null,
  { host, port }: Target,
  reach: Reach,
): boolean {
  if (serverName === null) return true;
  const asked = canonicalHost(serverName);
  if (asked !== null && (asked === host || reach.isAllowed({ host: asked, port }))) return true;
  // The proxy sends no 403, because the client cannot read a response inside TLS.
  reach.deny({ host: asked ?? "(not a host name)", port, reason: "notAllowed" });
  return false;
}

/**
 * When one side closes, sends pending data to the other side and closes it. After an error, closes the other side immediately. The returned
 * function removes these listeners.
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
