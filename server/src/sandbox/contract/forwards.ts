import assert from "node:assert/strict";
import { createServer as createSocketServer } from "node:net";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { run, shell } from "../testing/run-in-sandbox.ts";
import { answerForwarded, serveForwarded } from "../testing/serve-forwarded.ts";
import type { Suite } from "./suite.ts";

export function testForwards(suite: Suite): void {
  suite("concurrent programs reach the model gateway at its URL", async (t, { sandbox }) => {
    await answerForwarded(t, sandbox.forward("model"), async (request, response) => {
      response.end(`${request.url} ${await text(request)}`);
    });
    const body = "x".repeat(1_000_000);
    const script = `
      const answer = await fetch(process.argv[1] + "/v1/messages?a=b", { method: "POST", body: "x".repeat(1_000_000) });
      console.log(await answer.text());`;
    const answers = await Promise.all(
      [1, 2].map(() => run(sandbox, ["node", "--input-type=module", "-e", script, sandbox.modelUrl])),
    );
    for (const { stdout, stderr } of answers) {
      assert.equal(stderr, "");
      assert.ok(stdout === `/v1/messages?a=b ${body}\n`);
    }
  });

  suite("rejects connections while the model gateway is closed", async (_t, { sandbox }) => {
    const script = "fetch(process.argv[1]).then(() => process.exit(0), () => process.exit(9))";
    assert.equal((await run(sandbox, ["node", "-e", script, sandbox.modelUrl])).code, 9);
  });

  suite("sends HTTP requests to other hosts through the egress proxy, unless the command overrides it", async (t, {
    sandbox,
  }) => {
    const requests: string[] = [];
    await answerForwarded(t, sandbox.forward("egress"), (request, response) => {
      requests.push(`${request.method} ${request.url}`);
      response.end("by proxy");
    });
    const script = `
      require("node:http").get("http://forge.example/a", (answer) => answer.pipe(process.stdout)).on("error", () => console.log("no way"));`;
    assert.equal((await run(sandbox, ["node", "-e", script])).stdout, "by proxy");
    assert.deepEqual(requests, ["GET http://forge.example/a"]);
    // Nothing listens at this address.
    const env = { HTTP_PROXY: "http://127.0.0.1:1", http_proxy: "http://127.0.0.1:1" };
    assert.equal((await run(sandbox, ["node", "-e", script], { env })).stdout, "no way\n");
  });

  suite("connects to a listener that starts or is replaced after the program started", async (t, {
    sandbox,
  }) => {
    const script = `
      require("node:readline").createInterface({ input: process.stdin }).on("line", () =>
        fetch(process.argv[1]).then(async (answer) => console.log(await answer.text()), () => console.log("refused")));
      console.log("up");`;
    const program = sandbox.spawn(
      { argv: ["node", "-e", script, sandbox.modelUrl], cwd: "/", env: {} },
      new AbortController().signal,
    );
    const lines = createInterface({ input: program.stdout })[Symbol.asyncIterator]();
    const next = async () => (await lines.next()).value;
    assert.equal(await next(), "up");
    program.stdin.write("go\n");
    assert.equal(await next(), "refused");
    for (const answer of ["first", "second"]) {
      const close = await answerForwarded(t, sandbox.forward("model"), (_request, response) => {
        response.setHeader("connection", "close").end(answer);
      });
      program.stdin.write("go\n");
      assert.equal(await next(), answer);
      await close();
    }
    program.stdin.end();
  });

  suite("connects the tembo program to the session tools, and reports an error while they are closed", async (t, {
    sandbox,
  }) => {
    const closed = await shell(sandbox, "tembo --help");
    assert.equal(closed.code, 1);
    assert.match(closed.stderr, /only while/);
    const tool = {
      name: "greet",
      description: "Greets. Twice.",
      inputSchema: {},
      positional: null,
      file: null,
    };
    const asked: string[] = [];
    await answerForwarded(t, sandbox.forward("tools"), async (request, response) => {
      asked.push(`${request.method} ${request.url} ${await text(request)}`);
      const isList = request.method === "GET";
      response.end(
        JSON.stringify(
          isList ? { tools: [{ ...tool, command: ["greet"] }] } : { result: { message: "Hello." } },
        ),
      );
    });
    const greeted = await shell(sandbox, "tembo greet");
    assert.deepEqual([greeted.stdout, greeted.stderr, greeted.code], ["Hello.\n", "", 0]);
    assert.deepEqual(asked, ["GET /tools ", "POST /tools/greet {}"]);
    const byPath = await run(sandbox, [sandbox.tools.program, "greet"], {
      env: { TEMBO_TOOLS_URL: sandbox.tools.url },
    });
    assert.equal(byPath.stdout, "Hello.\n");
  });

  suite("keeps one direction of a connection open after the other direction has ended", async (t, {
    sandbox,
  }) => {
    const server = createSocketServer({ allowHalfOpen: true }, (socket) => {
      let count = 0;
      socket.on("data", (chunk) => {
        count += chunk.length;
      });
      // Sends a response of several megabytes after receiving the end of the request.
      socket.on("end", () => socket.end(`${count} `.padEnd(8_000_000, "x")));
      socket.on("error", () => {});
    });
    await serveForwarded(t, sandbox.forward("model"), server);
    const script = `
      const { port } = new URL(process.argv[1]);
      const socket = require("node:net").connect({ port, host: "127.0.0.1", allowHalfOpen: true });
      let head = "", count = 0;
      socket.on("data", (chunk) => { count += chunk.length; if (head.length < 20) head += chunk.toString("latin1").slice(0, 20); });
      socket.on("end", () => console.log(head.split(" ")[0], count));
      socket.end(Buffer.alloc(5_000_000));`;
    const { stdout } = await run(sandbox, ["node", "-e", script, sandbox.modelUrl]);
    assert.equal(stdout, "5000000 8000000\n");
  });

  suite("keeps a new listener when the one that it replaced closes late", async (t, { sandbox }) => {
    const reply = (text: string) =>
      answerForwarded(t, sandbox.forward("model"), (_request, response) => response.end(text));
    const closeFirst = await reply("first");
    await reply("second");
    await closeFirst();
    const script = "fetch(process.argv[1]).then(async (answer) => console.log(await answer.text()))";
    assert.equal((await run(sandbox, ["node", "-e", script, sandbox.modelUrl])).stdout, "second\n");
  });

  suite("the listener detects an idle connection", async (t, { sandbox }) => {
    const idle = Promise.withResolvers<void>();
    const server = createSocketServer((socket) => {
      socket.on("error", () => {});
      socket.setTimeout(100, () => {
        idle.resolve();
        socket.end("idle");
      });
    });
    await serveForwarded(t, sandbox.forward("model"), server);
    const script = `
      const { port } = new URL(process.argv[1]);
      require("node:net").connect(port, "127.0.0.1").on("end", () => process.exit(7)).pipe(process.stdout);`;
    const { stdout, code } = await run(sandbox, ["node", "-e", script, sandbox.modelUrl]);
    await idle.promise;
    assert.deepEqual([stdout, code], ["idle", 7]);
  });

  suite("forwards connections for a command that has closed all its file descriptors", async (t, {
    sandbox,
  }) => {
    await answerForwarded(t, sandbox.forward("model"), (_request, response) => response.end("here"));
    const script = `
      exec 0<&- 1<&- 2<&-
      node -e 'fetch(process.argv[1]).then(async (answer) => require("node:fs").writeFileSync("answer", await answer.text()))' "$0"
      exit 3`;
    const { code } = await run(sandbox, ["sh", "-c", script, sandbox.modelUrl]);
    assert.equal(code, 3);
    assert.equal((await run(sandbox, ["cat", "answer"])).stdout, "here");
  });
}
