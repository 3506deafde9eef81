import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readdirSync } from "node:fs";
import type { Sandbox } from "../../core/turns/index.ts";
import { listenInside } from "../testing/listen-inside.ts";
import type { TestedName } from "../testing/make-provider.ts";
import { countInside, firstLine, run, shell } from "../testing/run-in-sandbox.ts";
import type { Suite } from "./suite.ts";

/** Tests what the programs of a sandbox share, and that each of them ends alone. */
export function testSharing(suite: Suite, name: TestedName): void {
  suite("a program reaches a port on which another program listens", async (_t, { sandbox }) => {
    const { port, end } = await listenInside(sandbox, 'socket.end("from inside")');
    const script =
      'require("node:net").connect(process.argv[1], "127.0.0.1").on("error", (e) => console.log(e.code)).pipe(process.stdout)';
    assert.equal((await run(sandbox, ["node", "-e", script, String(port)])).stdout, "from inside");
    await end();
    assert.equal(
      (await run(sandbox, ["node", "-e", script, String(port)])).stdout,
      "ECONNREFUSED\n",
      "control",
    );
  });

  suite("a program sees the processes of other programs, and can signal them", async (_t, { sandbox }) => {
    const other = await begin(sandbox, "echo $$; exec cat");
    assert.equal((await shell(sandbox, 'kill -TERM "$1"', other.line)).code, 0);
    assert.deepEqual(await other.program.exited, { code: null, signal: "SIGTERM" });
  });

  suite("programs share /tmp", async (t, { sandbox }) => {
    if (name === "unsafe-local") return t.skip("/tmp is the host's");
    await shell(sandbox, "echo one > /tmp/shared");
    assert.equal((await shell(sandbox, "cat /tmp/shared")).stdout, "one\n");
  });

  suite("a program that signals its process group reaches no other program", async (_t, { sandbox }) => {
    const other = await begin(sandbox, "echo up; exec cat");
    assert.equal((await shell(sandbox, "kill -TERM 0; sleep 5")).signal, "SIGTERM", "control");
    other.program.stdin.end();
    assert.deepEqual(await other.program.exited, { code: 0, signal: null });
  });

  suite("a program whose output is not read does not delay other programs", async (_t, { sandbox }) => {
    const abort = new AbortController();
    const slow = sandbox.spawn({ argv: ["sh", "-c", "yes"], cwd: "/", env: {} }, abort.signal);
    assert.equal((await run(sandbox, ["echo", "fast"])).stdout, "fast\n");
    abort.abort();
    assert.equal((await slow.exited).signal, "SIGKILL");
  });

  suite("two hundred programs leave no process and no descriptor behind", async (_t, { sandbox }) => {
    const token = randomUUID();
    const holder = await begin(sandbox, "echo up; exec cat");
    const script = '(setsid sleep 100 "$1" & ) 2>/dev/null; exit 0';
    const descriptors = () => readdirSync("/proc/self/fd").length;
    const processes = async () => Number((await shell(sandbox, "ls -d /proc/[0-9]* | wc -l")).stdout);
    await shell(sandbox, script, token);
    const before = { descriptors: descriptors(), processes: await processes() };
    const start = (index: number) =>
      index % 5 === 0 ? shell(sandbox, script, token) : run(sandbox, ["true"]);
    for (let round = 0; round < 10; round++)
      await Promise.all(Array.from({ length: 20 }, (_, index) => start(index)));
    assert.equal(await countInside(sandbox, token), 0);
    // Other tests run on the host at the same time, so only a difference that grows with the programs counts.
    assert.ok((await processes()) < before.processes + 50);
    assert.ok(descriptors() < before.descriptors + 20, `${descriptors()} of ${before.descriptors}`);
    holder.program.stdin.end();
    await holder.program.exited;
  });
}

/** Starts a shell script and waits for its first line. */
async function begin(sandbox: Sandbox, script: string) {
  const program = sandbox.spawn(
    { argv: ["sh", "-c", script], cwd: "/", env: {} },
    new AbortController().signal,
  );
  return { program, line: await firstLine(program) };
}
