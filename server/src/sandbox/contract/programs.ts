import assert from "node:assert/strict";
import { chmod, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { TestedName } from "../testing/make-provider.ts";
import { firstLine, run, shell, specOf } from "../testing/run-in-sandbox.ts";
import type { Suite } from "./suite.ts";

/** Tests the input, environment and output of programs. */
export function testPrograms(suite: Suite, name: TestedName): void {
  suite("passes the provider's check", async (_t, { provider }) => {
    assert.equal(provider.name, name);
    await provider.check();
  });

  suite("streams output as it is written, and forwards input", async (_t, { sandbox }) => {
    const program = sandbox.spawn(
      {
        argv: ["sh", "-c", 'echo one; read word; echo "$word" >&2; exit 7'],
        cwd: sandbox.workspacePath,
        env: {},
      },
      new AbortController().signal,
    );
    // The program continues only after the test has read its first line.
    assert.equal(await firstLine(program), "one");
    program.stdin.write("two\n");
    assert.equal(await text(program.stderr), "two\n");
    assert.deepEqual(await program.exited, { code: 7, signal: null });
  });

  suite("transfers megabytes in both directions", async (_t, { sandbox }) => {
    const program = sandbox.spawn(
      { argv: ["cat"], cwd: sandbox.workspacePath, env: {} },
      new AbortController().signal,
    );
    const sent = "0123456789abcdef".repeat(256 * 1024);
    program.stdin.end(sent);
    assert.equal(await text(program.stdout), sent);
  });

  suite("distinguishes exit codes from signals", async (_t, { sandbox }) => {
    const ends = await Promise.all(
      ["exit 0", "exit 255", "exit 143", "kill -TERM $$"].map((script) => shell(sandbox, script)),
    );
    assert.deepEqual(
      ends.map(({ code, signal }) => ({ code, signal })),
      [
        { code: 0, signal: null },
        { code: 255, signal: null },
        { code: 143, signal: null },
        { code: null, signal: "SIGTERM" },
      ],
    );
  });

  suite("reports the missing program or folder", async (_t, { sandbox }) => {
    const program = await run(sandbox, ["no-such-program"]);
    assert.deepEqual(program.code, 127);
    assert.match(program.stderr, /cannot run no-such-program: not found/);
    const folder = await run(sandbox, ["true"], { cwd: "/no-such-folder" });
    assert.deepEqual(folder.code, 127);
    assert.match(folder.stderr, /cannot run in \/no-such-folder: not found/);
  });

  suite("sets only the specified and the sandbox's own environment variables", async (t, { sandbox }) => {
    process.env.TEMBO_TEST_OF_THE_SERVER = "secret";
    t.after(() => delete process.env.TEMBO_TEST_OF_THE_SERVER);
    const { stdout } = await run(sandbox, ["env"], { env: { A: "a b\nc", EMPTY: "" } });
    const names = stdout.split("\n").flatMap((line) => /^(\w+)=/.exec(line)?.[1] ?? []);
    const proxies = [
      "ALL_PROXY",
      "HTTPS_PROXY",
      "HTTP_PROXY",
      "NO_PROXY",
      "http_proxy",
      "https_proxy",
      "no_proxy",
    ];
    const own = [
      "HOME",
      "LANG",
      "NODE_USE_ENV_PROXY",
      "PATH",
      "TEMBO_TOOLS_URL",
      "TMPDIR",
      "USER",
      ...proxies,
    ];
    const further = name === "unsafe-local" ? ["GIT_CONFIG_SYSTEM"] : [];
    const expected = ["A", "EMPTY", ...own, ...further];
    assert.deepEqual(names.sort(), expected.sort());
    assert.match(stdout, /^A=a b\nc$/m);
    assert.ok(stdout.includes(`HOME=${sandbox.homePath}\n`));
    const { stdout: found } = await shell(sandbox, 'touch "$TMPDIR/x" && node --version');
    assert.equal(found.trim(), process.version);
  });

  suite("starts a program in the specified folder", async (_t, { sandbox }) => {
    assert.equal((await run(sandbox, ["pwd"])).stdout.trim(), sandbox.workspacePath);
    assert.equal((await run(sandbox, ["pwd"], { cwd: "/usr" })).stdout.trim(), "/usr");
  });

  suite("keeps the workspace and HOME for the next sandbox", async (_t, { sandbox, provider }) => {
    await shell(sandbox, 'echo work > file; echo home > "$HOME/file"');
    await sandbox.stop();
    const again = await provider.create(specOf());
    assert.equal((await shell(again, 'cat file "$HOME/file"')).stdout, "work\nhome\n");
    assert.equal((await run(again, ["stat", "-c", "%a", "."])).stdout, "700\n");
    await again.stop();
  });

  suite("gives read access to the specified paths, and rejects missing ones", async (_t, {
    provider,
    dataDir,
  }) => {
    const folder = join(dataDir, "tool");
    await mkdir(folder);
    await chmod(folder, 0o755);
    await writeFile(join(folder, "file"), "tool\n", { mode: 0o644 });
    const sandbox = await provider.create(specOf(2, [folder]));
    assert.equal((await run(sandbox, ["cat", join(folder, "file")])).stdout, "tool\n");
    await sandbox.stop();
    await rm(folder, { recursive: true });
    await assert.rejects(provider.create(specOf(2, [folder])), {
      code: "sandbox_unavailable",
      message: new RegExp(folder),
    });
  });
}
