import type { Logger } from "../core/base/index.ts";
import type { Reach } from "./reach/reach.ts";

/** The same reach, with a line of the log for each connection: where it went, how much passed, or why it was refused. */
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
        log.warn({ ...target, err: cause }, "an outbound connection was not made");
        throw cause;
      }
    },
  };
}
