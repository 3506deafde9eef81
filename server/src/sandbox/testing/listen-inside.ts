import type { Sandbox } from "../../core/turns/index.ts";
import { firstLine } from "./run-in-sandbox.ts";

/**
 * Starts a TCP server in a sandbox at a free port of `host`. The script handles each connection, `socket`. Returns the port, the
 * program, which may print further lines, and a function that ends it.
 */
export async function listenInside(sandbox: Sandbox, script: string, host = "127.0.0.1") {
  const server = `
    const server = require("node:net").createServer({ allowHalfOpen: true }, (socket) => { socket.on("error", () => {}); ${script} });
    server.listen(0, ${JSON.stringify(host)}, () => console.log(server.address().port));`;
  const abort = new AbortController();
  const program = sandbox.spawn({ argv: ["node", "-e", server], cwd: "/", env: {} }, abort.signal);
  const port = Number(await firstLine(program));
  return {
    port,
    program,
    end: async () => {
      abort.abort();
      await program.exited;
    },
  };
}
