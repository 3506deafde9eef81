import assert from "node:assert/strict";
import { once } from "node:events";
import { request } from "node:http";
import { buffer, text } from "node:stream/consumers";
import type { ForwardedConnection } from "../../core/turns/index.ts";
import { listenInside } from "../testing/listen-inside.ts";
import { firstLine, run } from "../testing/run-in-sandbox.ts";
import type { Suite } from "./suite.ts";

const never = new AbortController().signal;

/** Tests connections from the server to ports in the sandbox. */
export function testConnections(suite: Suite): void {
  suite("connects to an HTTP server that a program runs", async (_t, { sandbox }) => {
    const answer = `socket.once("data", (chunk) => socket.end("HTTP/1.1 200 OK\\r\\nconnection: close\\r\\n\\r\\n" + String(chunk).split("\\r\\n")[0]))`;
    const { port } = await listenInside(sandbox, answer);
    const connection = await sandbox.connect(port, never);
    const sent = request({ createConnection: () => connection as never, path: "/page" }).end();
    const [response] = await once(sent, "response");
    assert.equal(await text(response), "GET /page HTTP/1.1");
  });

  suite("connects to a server that listens only on IPv6", async (_t, { sandbox }) => {
    const { port } = await listenInside(sandbox, 'socket.end("six")', "::1");
    assert.equal(await text(await sandbox.connect(port, never)), "six");
  });

  suite("keeps one direction of a connection to a port open after the other has ended", async (_t, {
    sandbox,
  }) => {
    const count = `let count = 0; socket.on("data", (chunk) => { count += chunk.length }).on("end", () => socket.end(String(count).padEnd(8_000_000, "x")))`;
    const { port } = await listenInside(sandbox, count);
    const connection = await sandbox.connect(port, never);
    connection.end(Buffer.alloc(5_000_000));
    const received = await text(connection);
    assert.equal(received.length, 8_000_000);
    assert.match(received, /^5000000x/);
  });

  suite("rejects a port on which nothing listens", async (_t, { sandbox }) => {
    const refused = { code: "unavailable", message: /accepts connections at port/ };
    await assert.rejects(sandbox.connect(9, never), refused, "before the first program");
    const { port, end } = await listenInside(sandbox, "socket.end()");
    (await sandbox.connect(port, never)).destroy();
    await end();
    await assert.rejects(sandbox.connect(port, never), refused);
    await assert.rejects(sandbox.connect(0, never), { code: "invalid_input" });
    await assert.rejects(sandbox.connect(70_000, never), { code: "invalid_input" });
  });

  suite("does not connect to the ports of the forwards", async (_t, { sandbox }) => {
    await run(sandbox, ["true"]);
    for (const url of [sandbox.modelUrl, sandbox.tools.url])
      await assert.rejects(sandbox.connect(Number(new URL(url).port), never), {
        code: "unavailable",
        message: /belongs to Tembo/,
      });
  });

  suite("carries many connections at the same time", async (_t, { sandbox }) => {
    const { port } = await listenInside(sandbox, "socket.pipe(socket)");
    const echo = async (index: number) => {
      const connection = await sandbox.connect(port, never);
      const sent = Buffer.alloc(100_000, String(index));
      connection.end(sent);
      assert.ok((await buffer(connection)).equals(sent));
    };
    await Promise.all(Array.from({ length: 50 }, (_, index) => echo(index)));
  });

  suite("a connection that is not read delays neither programs nor other connections", async (_t, {
    sandbox,
  }) => {
    const { port } = await listenInside(
      sandbox,
      'const fill = () => { while (socket.write(Buffer.alloc(65536))); }; socket.on("drain", fill); fill();',
    );
    const slow = await sandbox.connect(port, never);
    const other = await sandbox.connect(port, never);
    await once(other, "data");
    assert.equal((await run(sandbox, ["echo", "fast"])).stdout, "fast\n");
    slow.destroy();
    other.destroy();
  });

  suite("closes a connection for the program when the server closes it, and the reverse", async (_t, {
    sandbox,
  }) => {
    const { port, program } = await listenInside(
      sandbox,
      'socket.once("close", () => console.log("closed")).resume(); const tell = () => socket.write("up"); tell(); setInterval(tell, 10)',
    );
    const first = await sandbox.connect(port, never);
    await once(first, "data");
    const closed = firstLine(program);
    first.destroy();
    assert.equal(await closed, "closed");
    const second = await listenInside(sandbox, 'socket.write("up"); setTimeout(() => socket.destroy(), 100)');
    const connection: ForwardedConnection = await sandbox.connect(second.port, never);
    connection.resume();
    await once(connection, "end");
    connection.destroy();
  });

  suite("does not wait for a connection after an abort, and refuses connections after stop", async (_t, {
    sandbox,
  }) => {
    const { port } = await listenInside(sandbox, "socket.end()");
    const abort = new AbortController();
    const waiting = sandbox.connect(port, abort.signal);
    abort.abort(new Error("enough"));
    await assert.rejects(waiting, { message: "enough" });
    await assert.rejects(sandbox.connect(port, AbortSignal.abort(new Error("before"))), {
      message: "before",
    });
    (await sandbox.connect(port, never)).destroy();
    await sandbox.stop();
    await assert.rejects(sandbox.connect(port, never), { code: "sandbox_unavailable" });
  });
}
