import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { chmod, mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { Sandbox, SandboxProvider } from "../core/ports/sandbox.ts";
import { makeProvider } from "./testing/make-provider.ts";
import {
  countProcesses,
  firstLine,
  makeDataDir,
  run,
  shell,
  specOf,
  startDaemon,
} from "./testing/run-in-sandbox.ts";

/** Tests every sentence of the port. Run by each adapter's own test file. */
export function testSandboxContract(name: SandboxProvider["name"]): void {
  const suite = (sentence: string, body: (t: TestContext, subject: Subject) => Promise<void>) =>
    test(`${name}: ${sentence}`, { timeout: 60_000 }, async (t) => {
      const dataDir = await makeDataDir(t);
      const provider = await makeProvider(name, dataDir);
      const sandbox = await provider.create(specOf(dataDir));
      t.after(() => sandbox.stop());
      await body(t, { dataDir, provider, sandbox });
    });

  suite("proves that it runs", async (_t, { provider }) => {
    assert.equal(provider.name, name);
    await provider.check();
  });

  suite("streams output as it is written, and input", async (_t, { sandbox }) => {
    const program = sandbox.spawn(
      {
        argv: ["sh", "-c", 'echo one; read word; echo "$word" >&2; exit 7'],
        cwd: sandbox.workspacePath,
        env: {},
      },
      new AbortController().signal,
    );
    // The program goes on only after its first line was read here.
    assert.equal(await firstLine(program), "one");
    program.stdin.write("two\n");
    assert.equal(await text(program.stderr), "two\n");
    assert.deepEqual(await program.exited, { code: 7, signal: null });
  });

  suite("carries megabytes both ways", async (_t, { sandbox }) => {
    const program = sandbox.spawn(
      { argv: ["cat"], cwd: sandbox.workspacePath, env: {} },
      new AbortController().signal,
    );
    const sent = "0123456789abcdef".repeat(256 * 1024);
    program.stdin.end(sent);
    assert.equal(await text(program.stdout), sent);
  });

  suite("tells exit codes and signals apart", async (_t, { sandbox }) => {
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

  suite("says which program or folder is missing", async (_t, { sandbox }) => {
    const program = await run(sandbox, ["no-such-program"]);
    assert.deepEqual(program.code, 127);
    assert.match(program.stderr, /cannot run no-such-program: not found/);
    const folder = await run(sandbox, ["true"], { cwd: "/no-such-folder" });
    assert.deepEqual(folder.code, 127);
    assert.match(folder.stderr, /cannot run in \/no-such-folder: not found/);
  });

  suite("gives exactly the promised environment", async (t, { sandbox }) => {
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
    const own = ["HOME", "LANG", "NODE_USE_ENV_PROXY", "PATH", "TMPDIR", "USER", ...proxies];
    const expected = ["A", "EMPTY", ...own, ...(name === "unsafe-local" ? ["GIT_CONFIG_SYSTEM"] : [])];
    assert.deepEqual(names.sort(), expected.sort());
    assert.match(stdout, /^A=a b\nc$/m);
    assert.ok(stdout.includes(`HOME=${sandbox.homePath}\n`));
    const { stdout: found } = await shell(sandbox, 'touch "$TMPDIR/x" && node --version');
    assert.equal(found.trim(), process.version);
  });

  suite("starts in the given folder", async (_t, { sandbox }) => {
    assert.equal((await run(sandbox, ["pwd"])).stdout.trim(), sandbox.workspacePath);
    assert.equal((await run(sandbox, ["pwd"], { cwd: "/usr" })).stdout.trim(), "/usr");
  });

  suite("keeps workspace and home, owned by its user", async (_t, { sandbox, provider, dataDir }) => {
    const spec = specOf(dataDir);
    await shell(sandbox, 'echo work > file; echo home > "$HOME/file"');
    assert.equal(await readFile(join(spec.workspacePath, "file"), "utf8"), "work\n");
    assert.equal((await stat(join(spec.homePath, "file"))).uid, sandbox.uid);
    assert.equal((await stat(spec.workspacePath)).mode & 0o777, 0o700);
    await sandbox.stop();

    const again = await provider.create(spec);
    assert.equal((await shell(again, 'cat file "$HOME/file"')).stdout, "work\nhome\n");
    await again.stop();
  });

  suite("gives files to its user", async (_t, { sandbox, dataDir }) => {
    const folder = join(specOf(dataDir).workspacePath, "repository");
    await mkdir(join(folder, "deep"), { recursive: true, mode: 0o700 });
    await writeFile(join(folder, "deep", "file"), "before\n", { mode: 0o600 });
    await sandbox.own(folder);
    const { stdout } = await shell(sandbox, "echo after >> repository/deep/file; cat repository/deep/file");
    assert.equal(stdout, "before\nafter\n");
  });

  suite("kills every process on abort", async (_t, { sandbox }) => {
    const token = randomUUID();
    const abort = new AbortController();
    const program = sandbox.spawn(
      { argv: ["sh", "-c", `${startDaemon} cat`, "sh", token], cwd: "/", env: {} },
      abort.signal,
    );
    assert.equal(await firstLine(program), "up");
    assert.ok(countProcesses(token) > 0, "control: the daemon runs");
    abort.abort();
    assert.deepEqual(await program.exited, { code: null, signal: "SIGKILL" });
    assert.equal(countProcesses(token), 0);
  });

  suite("kills every process when aborted while starting", async (_t, { sandbox }) => {
    const token = randomUUID();
    for (let index = 0; index < 20; index++) {
      const abort = new AbortController();
      const program = sandbox.spawn(
        { argv: ["tail", "-f", "/dev/null", token], cwd: "/", env: {} },
        abort.signal,
      );
      // From at once to some turns of the event loop later.
      for (let turn = 0; turn < index; turn++) await new Promise(setImmediate);
      abort.abort();
      assert.deepEqual(await program.exited, { code: null, signal: "SIGKILL" });
    }
    assert.equal(countProcesses(token), 0);
  });

  suite("kills what a program leaves when it ends", async (_t, { sandbox }) => {
    const token = randomUUID();
    const program = sandbox.spawn(
      { argv: ["sh", "-c", `${startDaemon} read word`, "sh", token], cwd: "/", env: {} },
      new AbortController().signal,
    );
    assert.equal(await firstLine(program), "up");
    assert.ok(countProcesses(token) > 0, "control: the daemon runs");
    program.stdin.end("end\n");
    assert.deepEqual(await program.exited, { code: 0, signal: null });
    assert.equal(countProcesses(token), 0);
  });

  suite("lets programs side by side end alone", async (_t, { sandbox }) => {
    const first = sandbox.spawn(
      { argv: ["sh", "-c", "echo up; cat"], cwd: "/", env: {} },
      new AbortController().signal,
    );
    assert.equal(await firstLine(first), "up");
    assert.equal((await run(sandbox, ["true"])).code, 0);
    first.stdin.end();
    assert.deepEqual(await first.exited, { code: 0, signal: null });
  });

  suite("starts nothing when aborted before", async (_t, { sandbox, dataDir }) => {
    const program = sandbox.spawn(
      { argv: ["touch", "file"], cwd: sandbox.workspacePath, env: {} },
      AbortSignal.abort(),
    );
    assert.deepEqual(await program.exited, { code: null, signal: "SIGKILL" });
    assert.equal((await text(program.stdout)) + (await text(program.stderr)), "");
    await assert.rejects(stat(join(specOf(dataDir).workspacePath, "file")));
    assert.equal((await run(sandbox, ["touch", "file"])).code, 0, "control");
  });

  suite("ends every process at stop, and stops twice", async (_t, { sandbox }) => {
    const token = randomUUID();
    const program = sandbox.spawn(
      { argv: ["sh", "-c", `${startDaemon} cat`, "sh", token], cwd: "/", env: {} },
      new AbortController().signal,
    );
    assert.equal(await firstLine(program), "up");
    await sandbox.stop();
    assert.equal(countProcesses(token), 0);
    await sandbox.stop();
    assert.throws(() => sandbox.spawn({ argv: ["true"], cwd: "/", env: {} }, new AbortController().signal), {
      code: "sandbox_unavailable",
    });
  });

  suite("ends what a dead server left running", async (_t, { dataDir, provider }) => {
    const token = randomUUID();
    const script = fileURLToPath(new URL("testing/leave-behind.ts", import.meta.url));
    const server = spawn(process.execPath, [script, name, dataDir, token], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [chunk] = await once(server.stdout, "data");
    assert.equal(String(chunk).trim(), "up");
    assert.ok(countProcesses(token) > 1, "control: the daemon runs");
    server.kill("SIGKILL");
    await once(server, "exit");
    const sandbox = await provider.create(specOf(dataDir));
    assert.equal(countProcesses(token), 0);
    await sandbox.stop();
  });

  suite("reaches the model gateway at its URL, also while another program does", async (t, {
    sandbox,
    dataDir,
  }) => {
    const model = createServer(async (request, response) => {
      response.end(`${request.url} ${await text(request)}`);
    });
    const { doors } = specOf(dataDir);
    model.listen(doors.model);
    await once(model, "listening");
    await chmod(doors.model, 0o666);
    t.after(() => model.close());
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

  suite("refuses the connection while the model gateway is closed", async (_t, { sandbox }) => {
    const script = "fetch(process.argv[1]).then(() => process.exit(0), () => process.exit(9))";
    assert.equal((await run(sandbox, ["node", "-e", script, sandbox.modelUrl])).code, 9);
  });

  suite("reads the paths it was given, and refuses missing ones", async (_t, { provider, dataDir }) => {
    const folder = join(dataDir, "tool");
    await mkdir(folder);
    await chmod(folder, 0o755);
    await writeFile(join(folder, "file"), "tool\n", { mode: 0o644 });
    const sandbox = await provider.create(specOf(dataDir, 2, [folder]));
    assert.equal((await run(sandbox, ["cat", join(folder, "file")])).stdout, "tool\n");
    await sandbox.stop();
    await rm(folder, { recursive: true });
    await assert.rejects(provider.create(specOf(dataDir, 2, [folder])), {
      code: "sandbox_unavailable",
      message: new RegExp(folder),
    });
  });
}

interface Subject {
  readonly dataDir: string;
  readonly provider: SandboxProvider;
  /** Of session 1, stopped at the end of the test. */
  readonly sandbox: Sandbox;
}
