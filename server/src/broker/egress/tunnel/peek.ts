import type { Duplex } from "node:stream";
import { type FirstBytes, readFirstBytes } from "./client-hello.ts";

/**
 * Waits for a client's first bytes, returns their kind and leaves them unread. Returns `other` if the client disconnects before it sends
 * anything, or null in these cases, in which the bytes are discarded:
 * - The client disconnects during a TLS message or a possible HTTP request.
 * - The client does not send enough of it within `helloMs` and `helloBytes`.
 *
 * A client that sends nothing has no time limit here, because the server may send first.
 */
export function peekFirstBytes(
  socket: Duplex,
  limits: { readonly helloBytes: number; readonly helloMs: number },
): Promise<Exclude<FirstBytes, { kind: "more" }> | null> {
  return new Promise((resolve) => {
    let bytes: Buffer = Buffer.alloc(0);
    let timer: NodeJS.Timeout | undefined;
    const settle = (found: Exclude<FirstBytes, { kind: "more" }> | null) => {
      clearTimeout(timer);
      socket.off("readable", read).off("end", leave).off("close", leave);
      if (found !== null && bytes.length > 0) socket.unshift(bytes);
      resolve(found);
    };
    const leave = () => settle(bytes.length === 0 ? { kind: "other" } : null);
    const read = () => {
      const chunk: Buffer | null = socket.read();
      if (chunk === null) return;
      bytes = Buffer.concat([bytes, chunk]);
      const found = readFirstBytes(bytes);
      if (found.kind !== "more") settle(found);
      else if (bytes.length >= limits.helloBytes) settle(null);
      else timer ??= setTimeout(() => settle(null), limits.helloMs);
    };
    socket.on("readable", read).once("end", leave).once("close", leave);
  });
}
