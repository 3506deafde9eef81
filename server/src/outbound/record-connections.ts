import type { Logger } from "../core/base/index.ts";
import type { Reach } from "./reach/reach.ts";

/** Wraps a reach to log each connection with its target, and with the number of bytes or the reason for the failure. */
export function recordConnections(reach: Reach, log: Logger): Reach {
  return {
    ...reach,
    async connect(target, signal, onread) {
      try {
        const socket = await reach.connect(target, signal, onread);
        socket.once("close", () =>
          log.info(
            { ...target, sentBytes: socket.bytesWritten, receivedBytes: socket.bytesRead },
            "an outbound connection was closed",
          ),
        );
        return socket;
      } catch (cause) {
        log.warn({ ...target, err: cause }, "an outbound connection failed");
        throw cause;
      }
    },
  };
}
