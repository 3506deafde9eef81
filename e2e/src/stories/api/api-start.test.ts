import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import Tembo from "@tembo-io/sdk";
import { startPostgres } from "../../../../server/src/postgres/start-postgres.ts";
import { startScriptedModel } from "../../scripted-model/server.ts";
import { API_KEY, startWorld, temporaryDataDir } from "../../support/index.ts";
import { commandFile } from "../../support/programs/command-file.ts";

const silent = { info: () => {}, warn: () => {}, error: () => {} };
type Environment = Readonly<Record<string, string>>;

/** Starts the command as a process. `url` resolves when the process prints that it is ready. */
function launch(command: string, env: Environment, within: readonly string[] = []) {
  const { main, env: own } = commandFile();
  const [program = "", ...args] = [...within, process.execPath, main, command];
  const child = spawn(program, args, {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, PORT: "0", ...own, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ready = Promise.withResolvers<string>();
  ready.promise.catch(() => undefined);
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk) => {
    stdout += chunk;
    const url = /^ready (\S+)$/m.exec(stdout)?.[1];
    if (url !== undefined) ready.resolve(url);
  });
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  void ended.then((code) => ready.reject(new Error(`tembo ${command} exited with ${code}: ${stderr}`)));
  return { child, url: ready.promise, ended, stdout: () => stdout, stderr: () => stderr };
}

/** Runs the command until it exits. Sends SIGTERM as soon as it is ready. */
async function runTembo(command: string, env: Environment) {
  const { child, url, ended, stdout, stderr } = launch(command, env);
  url.then(() => child.kill("SIGTERM")).catch(() => undefined);
  const code = await ended;
  return { code, stdout: stdout(), stderr: stderr() };
}

/** Asserts that the command refuses to start: nothing on stdout, the expected message on stderr and no bug report. */
async function assertRefused(
  command: string,
  env: Environment,
  ...messages: readonly RegExp[]
): Promise<void> {
  const { code, stdout, stderr } = await runTembo(command, env);
  assert.notEqual(code, 0);
  assert.equal(stdout, "");
  const warnings = stderr
    .split("\n")
    .filter((line) => line.startsWith("tembo: "))
    .join("\n");
  for (const pattern of messages) assert.match(warnings, pattern);
  assert.doesNotMatch(stderr, /This is a bug|^\s+at /m);
}

async function withDataDir<T>(work: (path: string) => Promise<T>): Promise<T> {
  const dataDir = await temporaryDataDir();
  try {
    return await work(dataDir.path);
  } finally {
    await dataDir.remove();
  }
}

test("reports every invalid setting at once", () =>
  assertRefused(
    "start",
    {
      PORT: "x",
      TEMBO_SANDBOX: "none",
      TEMBO_BOOTSTRAP_API_KEY: "short",
      TEMBO_PROT: "1",
      TEMBO_STRICT_SETTINGS: "1",
    },
    /PORT/,
    /TEMBO_SANDBOX/,
    /TEMBO_BOOTSTRAP_API_KEY/,
    /TEMBO_PROT is not a setting/,
    /[.]$/,
  ));

test("server and worker require DATABASE_URL", async () => {
  for (const command of ["server", "worker"])
    await withDataDir((path) => assertRefused(command, { TEMBO_DATA_DIR: path }, /DATABASE_URL/));
});

test("reports a port that is in use before it creates a database", async () => {
  const taken = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => taken.once("listening", resolve));
  const { port } = taken.address() as AddressInfo;
  try {
    await withDataDir(async (path) => {
      await assertRefused(
        "start",
        { TEMBO_DATA_DIR: path, PORT: String(port), TEMBO_LOG_LEVEL: "silent" },
        new RegExp(`${port} .*in use.*PORT`),
      );
      assert.ok(!existsSync(join(path, "postgres")), "the check runs before the database is created");
    });
  } finally {
    taken.close();
  }
});

test("rejects a data folder that sandboxes cannot reach, and prints the fix", {
  skip: process.getuid?.() !== 0 && "needs root to test as another user",
}, async () => {
  const closed = await mkdtemp(join(tmpdir(), "tembo-closed-"));
  try {
    await chmod(closed, 0o700);
    await assertRefused(
      "start",
      { TEMBO_DATA_DIR: join(closed, "data") },
      new RegExp(`chmod o\\+x ${closed}`),
    );
  } finally {
    await rm(closed, { recursive: true });
  }
});

test("prints the first key only on the first start, and never logs it", async () => {
  await withDataDir(async (path) => {
    const first = await runTembo("start", { TEMBO_DATA_DIR: path });
    assert.equal(first.code, 0);
    const key =
      /^api-key (tembo_\S+)\nwelcome http:\/\/127\.0\.0\.1:\d+\/welcome#[\w-]{43}\nready http:\/\/127\.0\.0\.1:\d+\n$/.exec(
        first.stdout,
      )?.[1];
    assert.ok(key !== undefined, first.stdout);
    assert.ok(!first.stderr.includes(key), "the log does not contain the key");
    const second = await runTembo("start", { TEMBO_DATA_DIR: path });
    assert.match(
      second.stdout,
      /^welcome http:\/\/127\.0\.0\.1:\d+\/welcome#[\w-]{43}\nready http:\/\/127\.0\.0\.1:\d+\n$/,
    );
  });
});

test("keeps the operator's key revoked after a restart", async () => {
  const world = await startWorld();
  try {
    const [key] = (await world.client.apiKeys.list()).items;
    await world.client.apiKeys.delete(key!.id);
    await assert.rejects(world.client.me.retrieve(), { status: 401 });
    await world.tembo.stop();
    await world.restart();
    await assert.rejects(world.client.me.retrieve(), { status: 401 });
  } finally {
    await world.close();
  }
});

/**
 * Command prefix that hides bubblewrap from one process. It mounts /dev/null over bubblewrap in a separate mount
 * namespace.
 */
const WITHOUT_BWRAP = [
  "unshare",
  "--mount",
  "sh",
  "-c",
  'for each in /usr/local/bin /usr/bin /bin; do [ -x $each/bwrap ] && mount --bind /dev/null $each/bwrap; done; exec "$@"',
  "sh",
];

test("without bubblewrap, keeps turns queued and reports why in /readyz, and unsafe-local runs them", {
  skip: process.getuid?.() !== 0 && "needs root to hide a program from a process",
}, async () => {
  const model = await startScriptedModel();
  try {
    await withDataDir(async (path) => {
      const env = {
        TEMBO_DATA_DIR: path,
        TEMBO_BOOTSTRAP_API_KEY: API_KEY,
        ANTHROPIC_BASE_URL: model.url,
        ANTHROPIC_API_KEY: "x",
        ...(process.env.TEMBO_TEST_HARNESS_DIR && {
          TEMBO_HARNESS_SEED_DIR: process.env.TEMBO_TEST_HARNESS_DIR,
        }),
      };
      const without = launch("start", env, WITHOUT_BWRAP);
      const url = await without.url;
      const ready = await fetch(`${url}/readyz`);
      assert.equal(ready.status, 503);
      const { error } = (await ready.json()) as { error: string };
      assert.match(error, /bwrap is missing.*apt-get install bubblewrap.*TEMBO_SANDBOX=unsafe-local.*[.]$/);
      assert.match(
        without.stderr(),
        /^warning: This server cannot run sandboxes\. The program bwrap is missing\. Install it with/m,
      );
      const queued = await new Tembo({ apiKey: API_KEY, baseURL: url }).session.create({
        prompt: 'Work. SCRIPT(say("Done."))',
      });
      without.child.kill("SIGTERM");
      assert.equal(await without.ended, 0);

      const unsafe = launch("start", { ...env, TEMBO_SANDBOX: "unsafe-local" });
      const client = new Tembo({ apiKey: API_KEY, baseURL: await unsafe.url });
      const types: string[] = [];
      let whyItWaited = "";
      for await (const event of client.session.events(queued.id, { after: 0 })) {
        types.push(event.eventType);
        if (event.eventData.type === "notice") whyItWaited ||= event.eventData.message;
        if (/^turn[.](completed|failed|cancelled)$/.test(event.eventType)) break;
      }
      assert.deepEqual(types.slice(0, 5), [
        "session.created",
        "message.queued",
        "turn.queued",
        "notice",
        "turn.started",
      ]);
      assert.match(whyItWaited, /^This turn is queued, because no worker is running\. .*bwrap is missing/);
      assert.equal(types.at(-1), "turn.completed");
      unsafe.child.kill("SIGTERM");
      assert.equal(await unsafe.ended, 0);
    });
  } finally {
    await model.close();
  }
});

test("warns at start about a missing model key, and rejects sessions", async () => {
  await withDataDir(async (path) => {
    const env = { TEMBO_DATA_DIR: path, TEMBO_BOOTSTRAP_API_KEY: API_KEY };
    const server = launch("start", env);
    const client = new Tembo({ apiKey: API_KEY, baseURL: await server.url });
    const missing =
      /No Anthropic API key is configured\. .*Settings → Models.*ANTHROPIC_API_KEY on the server/;
    assert.match(server.stderr(), new RegExp(`^warning: .*${missing.source}`, "m"));
    await assert.rejects(client.session.create({ prompt: "Work." }), { status: 400, message: missing });
    const { orgId } = await client.me.retrieve();
    await client.organizations.settings.update(orgId!, { anthropicApiKey: "sk-ant-own" });
    await client.session.create({ prompt: "Work.", queueRightAway: false });
    server.child.kill("SIGTERM");
    assert.equal(await server.ended, 0);

    const again = launch("start", env);
    await again.url;
    assert.doesNotMatch(again.stderr(), /^warning:/m, "control");
    again.child.kill("SIGTERM");
    await again.ended;
  });
});

test(
  "a standalone worker does not start without bubblewrap",
  {
    skip: process.getuid?.() !== 0 && "needs root to hide a program from a process",
  },
  () =>
    withDataDir(async (path) => {
      await chmod(path, 0o711);
      const postgres = await startPostgres({ dataDir: path, log: silent });
      try {
        const worker = launch("worker", { TEMBO_DATA_DIR: path, DATABASE_URL: postgres.url }, WITHOUT_BWRAP);
        assert.equal(await worker.ended, 1);
        assert.equal(worker.stdout(), "");
        assert.match(worker.stderr(), /^tembo: .*bwrap is missing/m);
      } finally {
        await postgres.stop();
      }
    }),
);

test("/readyz reports an unreachable database, while /healthz still returns 200", () =>
  withDataDir(async (path) => {
    await chmod(path, 0o711);
    const postgres = await startPostgres({ dataDir: path, log: silent });
    const env = { TEMBO_DATA_DIR: path, DATABASE_URL: postgres.url };
    const server = launch("server", env);
    try {
      const url = await server.url;
      assert.equal((await fetch(`${url}/readyz`)).status, 200);
      await postgres.stop();
      const away = await fetch(`${url}/readyz`);
      assert.equal(away.status, 503);
      assert.match(
        ((await away.json()) as { error: string }).error,
        /^The database does not respond: .*[.]$/,
      );
      assert.equal((await fetch(`${url}/healthz`)).status, 200);
    } finally {
      server.child.kill("SIGKILL");
      await server.ended;
      await postgres.stop();
    }
  }));
