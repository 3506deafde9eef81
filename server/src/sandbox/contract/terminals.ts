import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import type { Sandbox, SandboxTerminal } from "../../core/turns/index.ts";
import { countInside, countProcesses, shell } from "../testing/run-in-sandbox.ts";
import type { Suite } from "./suite.ts";

/** Script that starts a daemon in a separate session. The daemon ignores SIGHUP. `$1` appears in its arguments. */
const daemon = `(setsid sh -c 'trap "" HUP; echo up; exec tail -f /dev/null "$0"' "$1" 2>/dev/null &);`;
const never = new AbortController().signal;

export function testTerminals(suite: Suite): void {
  suite("runs a program in a terminal of a given size, and reports a resize", async (_t, { sandbox }) => {
    const terminal = open(
      sandbox,
      'trap "echo told" WINCH; tty; stty size; until test "$word" = end; do read word; stty size; done; exit 3',
    );
    const screen = look(terminal);
    await screen.until(/\/dev\/pts\/\d+\r\n24 80\r\n/);
    terminal.resize({ rows: 40, columns: 120 });
    terminal.type(Buffer.from("a\n"));
    await screen.until(/told\r\n/);
    await screen.until(/40 120\r\n/);
    terminal.type(Buffer.from("end\n"));
    assert.deepEqual(await terminal.exited, { code: 3, signal: null });
  });

  suite("forwards typed text and the interrupt key", async (_t, { sandbox }) => {
    const terminal = open(
      sandbox,
      'trap "echo interrupted; exit 4" INT; while :; do read word; echo "<$word>"; done',
    );
    const screen = look(terminal);
    terminal.type(Buffer.from("h\u00e9llo\n"));
    await screen.until(/<h\u00e9llo>\r\n/);
    terminal.type(Buffer.from("\x03"));
    await screen.until(/interrupted\r\n/);
    assert.equal((await terminal.exited).code, 4);
  });

  suite("shows all output that a program writes before it exits", async (_t, { sandbox }) => {
    const terminal = open(sandbox, "seq 1 50000; exit 0");
    const screen = look(terminal);
    await terminal.exited;
    await screen.ended;
    assert.ok(screen.text.endsWith("49999\r\n50000\r\n"), screen.text.slice(-40));
    assert.equal(screen.text.split("\r\n").length, 50_001);
  });

  suite("blocks a program whose output is not read, and still forwards input", async (_t, { sandbox }) => {
    const line = "x".repeat(4_000);
    const script = `trap "echo over; exit 5" INT; n=0; while :; do n=$((n+1)); echo ${line}; echo $n > count; done`;
    const terminal = open(sandbox, script);
    const count = async () => Number((await shell(sandbox, "cat count")).stdout);
    let [before, now] = [0, await count()];
    // Buffers may hold any limited amount of output.
    while (now !== before || now === 0) [before, now] = [now, await count()];
    terminal.type(Buffer.from("\x03"));
    const screen = look(terminal);
    await screen.until(/over\r\n$/);
    assert.equal((await terminal.exited).code, 5);
  });

  suite("kills the remaining processes of a terminal when its program exits or is aborted", async (_t, {
    sandbox,
  }) => {
    for (const end of ["abort", "exit"]) {
      const token = randomUUID();
      const abort = new AbortController();
      const terminal = open(sandbox, `${daemon} read word`, abort.signal, token);
      const screen = look(terminal);
      await screen.until(/up\r\n/);
      assert.ok((await countInside(sandbox, token)) > 0, "control: the daemon runs");
      if (end === "abort") abort.abort();
      else terminal.type(Buffer.from("end\n"));
      const { signal } = await terminal.exited;
      assert.equal(signal, end === "abort" ? "SIGKILL" : null);
      assert.equal(countProcesses(token), 0);
      assert.equal(await countInside(sandbox, token), 0);
    }
  });

  suite("explains why the program in the terminal did not start", async (_t, { sandbox }) => {
    const size = { rows: 24, columns: 80 };
    const terminal = sandbox.openTerminal({ argv: ["no-such-program"], cwd: "/", env: {} }, size, never);
    const screen = look(terminal);
    assert.equal((await terminal.exited).code, 126);
    await screen.ended;
    assert.match(screen.text, /no-such-program/);
  });
}

function open(sandbox: Sandbox, script: string, signal = never, ...args: string[]): SandboxTerminal {
  const argv = ["sh", "-c", script, "sh", ...args] as const;
  return sandbox.openTerminal(
    { argv: [...argv], cwd: sandbox.workspacePath, env: {} },
    { rows: 24, columns: 80 },
    signal,
  );
}

/** Collects a terminal's output in `text`. `until` waits until the output matches a pattern. */
function look({ output }: SandboxTerminal) {
  const decoder = new TextDecoder();
  let wake = () => {};
  let isOver = false;
  const screen = {
    text: "",
    ended: Promise.resolve(),
    until: async (pattern: RegExp) => {
      while (!pattern.test(screen.text)) {
        assert.ok(!isOver, `the terminal ended after ${JSON.stringify(screen.text)}`);
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
  screen.ended = (async () => {
    for await (const bytes of output) {
      screen.text = (screen.text + decoder.decode(bytes, { stream: true })).slice(-1_000_000);
      wake();
    }
    isOver = true;
    wake();
  })();
  return screen;
}
