import type { Duplex } from "node:stream";
import { AppError, withReason } from "../core/base/index.ts";
import type { Outbound } from "../outbound/outbound.ts";
import type { requestOf } from "./internal-paths.ts";

/**
 * Opens a connection through the server at `address`. The operator has configured the address, so it may be private.
 * Throws `conflict` if the server does not respond or refuses.
 */
export async function openConnection(
  outbound: Outbound,
  address: string,
  { path, headers }: ReturnType<typeof requestOf>,
  signal: AbortSignal,
): Promise<Duplex> {
  const { promise, resolve, reject } = Promise.withResolvers<Duplex>();
  try {
    // After the upgrade, the signal has no effect on the connection.
    const request = await outbound
      .trusting(address)
      .request(new URL(`${address}${path}`), { headers, signal });
    request.once("upgrade", (_response, socket, head) => {
      // A "close" event follows.
      socket.on("error", () => {});
      if (head.length > 0) socket.unshift(head);
      resolve(socket);
    });
    request.once("response", (response) => {
      response.destroy();
      reject(new Error(`it responded with status ${response.statusCode}`));
    });
    request.on("error", reject);
    request.end();
    return await promise;
  } catch (cause) {
    const message = withReason(`The server at ${address} could not forward the request`, cause);
    throw new AppError(
      "conflict",
      `${message} Try again in a moment. If this error persists, ask the operator to check TEMBO_SERVER_ADDRESS of that server.`,
      { cause },
    );
  }
}
