import { once } from "node:events";
import { rm } from "node:fs/promises";
import { createServer } from "node:net";
import type { ForwardedSocket } from "../../core/turns/index.ts";

/** Returns a forwarded socket whose connections come from a unix socket that the test opens. */
export function socketOfTest(path: string): ForwardedSocket {
  return {
    listen: async (onConnection) => {
      const server = createServer({ allowHalfOpen: true }, onConnection).listen(path);
      await once(server, "listening");
      return {
        async close() {
          server.close();
          await rm(path, { force: true });
        },
      };
    },
  };
}
