import type { Server, Socket } from "node:net";
import { networkOf } from "./admission/failed-authentications.ts";

/**
 * Immediately closes a new connection if its address already has `max` connections in any state, including half-open and idle ones. The
 * addresses in an IPv6 /64 network count as one address. `isExempt` exempts addresses that many clients share, such as a proxy's.
 */
export function boundConnections(
  server: Server,
  {
    max,
    isExempt,
  }: { readonly max: number; readonly isExempt: (address: string, socket: Socket) => boolean },
): void {
  const counts = new Map<string, number>();
  server.on("connection", (socket: Socket) => {
    const { remoteAddress } = socket;
    if (remoteAddress === undefined || isExempt(remoteAddress, socket)) return;
    const network = networkOf(remoteAddress);
    const count = counts.get(network) ?? 0;
    if (count >= max) {
      socket.destroy();
      return;
    }
    counts.set(network, count + 1);
    socket.once("close", () => {
      const left = counts.get(network)! - 1;
      if (left === 0) counts.delete(network);
      else counts.set(network, left);
    });
  });
}
