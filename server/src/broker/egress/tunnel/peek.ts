import type { Duplex } from "node:stream";
import { type FirstBytes, readFirstBytes } from "./client-hello.ts";

/**
 * Waits for what a client says first and leaves it unread. Null when it went away, or began a TLS message or
 * what may be an HTTP request and did not say enough of it within `helloMs` and `helloBytes`. A client that says nothing
 * at all is waited for: the other side may speak first.
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
