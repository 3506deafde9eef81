import assert from "node:assert/strict";
import { test } from "node:test";
import type { World } from "../../cli.ts";
import { exitCodes } from "../../exit-codes.ts";
import { runTembo } from "../../program.ts";
import { answerWith, startFakeApi } from "../../testing/fake-api.ts";
import { createRecordingTerminal } from "../../testing/recording-terminal.ts";
import { linuxMachine } from "../../testing/test-world.ts";
import type { Doctor, LocalServer } from "./local-server.ts";

const env = { TEMBO_DATA_DIR: "/data" };
const unused = async () => assert.fail("the server module must not be loaded");

function worldWith(server: Partial<LocalServer>, doctor?: Doctor, more: NodeJS.ProcessEnv = {}) {
  const terminal = createRecordingTerminal();
  const world: World = {
    env: { ...env, ...more },
    terminal,
    machine: linuxMachine,
    loadLocalServer: async () => server as LocalServer,
    loadDoctor: doctor === undefined ? unused : async () => doctor,
  };
  return { world, terminal };
}

for (const [command, method] of [
  ["start", "runStart"],
  ["server", "runServer"],
  ["worker", "runWorker"],
] as const) {
  test(`${command} passes on the environment, requires no API key, and exits with 0 after a clean shutdown`, async () => {
    const calls: unknown[] = [];
    const { world } = worldWith({ [method]: async (given: unknown) => void calls.push(given) });
    assert.equal(await runTembo([command], world), 0);
    assert.deepEqual(calls, [env]);
  });
}

test("start prints the server's error message and exits with the code of its kind when it fails", async () => {
  const failure = Object.assign(new Error("PORT takes a number."), {
    name: "AppError",
    code: "invalid_input",
  });
  const { world, terminal } = worldWith({ runStart: () => Promise.reject(failure) });
  assert.equal(await runTembo(["start"], world), exitCodes.usage.code);
  assert.deepEqual(terminal.notes, ["tembo: PORT takes a number."]);
});

test("prints the stack of an unexpected error", async () => {
  const { world, terminal } = worldWith({ runStart: () => Promise.reject(new TypeError("x is undefined")) });
  assert.equal(await runTembo(["start"], world), 1);
  assert.match(terminal.notes.join("\n"), /a bug in Tembo.*TypeError: x is undefined.*server\.test/s);
});

const check = { name: "git", ok: true, isRequired: true, detail: "2.43", fix: null };
test("doctor exits with 1 only when something required is missing, and prints how to fix each problem", async () => {
  const hint = { name: "disk", ok: false, isRequired: false, detail: "1 GB", fix: "Free some." };
  const missing = {
    name: "bubblewrap",
    ok: false,
    isRequired: true,
    detail: "none",
    fix: "apt install bubblewrap",
  };
  const healthy = worldWith({}, { runDoctor: async () => ({ checks: [check, hint], server: null }) });
  assert.equal(await runTembo(["doctor"], healthy.world), 0);
  assert.deepEqual(healthy.terminal.lines, ["ok   git: 2.43", "hint disk: 1 GB", "     Free some."]);
  const ill = worldWith({}, { runDoctor: async () => ({ checks: [check, missing], server: null }) });
  assert.equal(await runTembo(["doctor", "--json"], ill.world), 1);
  assert.deepEqual(ill.terminal.documents, [
    { checks: [check, missing].map((one) => ({ ...one, mend: one.fix })) },
  ]);
});

test("doctor reports whether the running server is ready", async () => {
  await using api = await startFakeApi({ "GET /readyz": { status: "ready" } });
  const doctorOf = (url: string) =>
    worldWith({}, { runDoctor: async () => ({ checks: [check], server: { pid: 42, url } }) });
  const well = doctorOf(api.url);
  assert.equal(await runTembo(["doctor"], well.world), 0);
  assert.match(well.terminal.lines[0]!, /^ok {3}server: process 42 responds at http.* and is ready/);
  api.answers["GET /readyz"] = (_asked, response) =>
    answerWith(response, 503, { error: "bubblewrap is missing." });
  const ill = doctorOf(api.url);
  assert.equal(await runTembo(["doctor"], ill.world), 1);
  assert.match(ill.terminal.lines.slice(0, 2).join(), /^FAIL server: .*not ready,\s+bubblewrap is missing\./);
  const gone = doctorOf("http://127.0.0.1:9");
  assert.equal(await runTembo(["doctor"], gone.world), 1);
  assert.match(gone.terminal.lines[0]!, /^FAIL server: process 42 does not respond/);
});

const harness = {
  name: "claudeCode",
  displayName: "Claude Code",
  version: "1.0.0",
  defaultModel: "opus",
  isInstalled: false,
};
test("harness list prints the known harnesses", async () => {
  const { world, terminal } = worldWith({ listHarnesses: async () => [harness] });
  assert.equal(await runTembo(["harness", "list"], world), 0);
  assert.deepEqual(terminal.lines, ["claudeCode\t1.0.0\tno\topus\tyes"]);
  const missing = worldWith({ listHarnesses: async () => [{ ...harness, missing: "set A_KEY" }] });
  assert.equal(await runTembo(["harness", "list"], missing.world), 0);
  assert.deepEqual(missing.terminal.lines, ["claudeCode\t1.0.0\tno\topus\tset A_KEY"]);
});

test("harness list shows what is missing locally, and then the server's reason for a missing key", async () => {
  const reason = 'There is no key for Other; give "otherApiKey".';
  const runtime = (name: string, availability: object) => ({ name, availability });
  const unavailable = { status: "unavailable", code: "missing_credentials", reason };
  await using api = await startFakeApi({
    "GET /v1/runtimes": {
      items: [
        runtime("claudeCode", { status: "available" }),
        runtime("other", unavailable),
        runtime("gone", unavailable),
      ],
      nextCursor: null,
    },
  });
  const listHarnesses = async () => [
    { ...harness, missingKey: "set A_KEY" },
    { ...harness, name: "other" },
    { ...harness, name: "gone", missing: "install it" },
    { ...harness, name: "newer", missingKey: "set A_KEY" },
  ];
  const more = { TEMBO_API_KEY: "key", TEMBO_BASE_URL: api.url };
  const { world, terminal } = worldWith({ listHarnesses }, undefined, more);
  assert.equal(await runTembo(["harness", "list"], world), 0);
  const ready = terminal.lines.map((line) => line.split("\t").at(-1));
  assert.deepEqual(ready, ["yes", reason, "install it", "set A_KEY"]);
  assert.deepEqual(terminal.notes, []);
});

test("harness list uses local keys and prints a note without a server, and fails if the server rejects the key", async () => {
  const listHarnesses = async () => [{ ...harness, missingKey: "set A_KEY" }];
  const withoutKey = worldWith({ listHarnesses });
  assert.equal(await runTembo(["harness", "list"], withoutKey.world), 0);
  assert.deepEqual(withoutKey.terminal.lines, ["claudeCode\t1.0.0\tno\topus\tset A_KEY"]);
  assert.match(withoutKey.terminal.notes[0]!, /keys on this machine\. Set TEMBO_API_KEY/);
  const noServer = { TEMBO_API_KEY: "key", TEMBO_BASE_URL: "http://127.0.0.1:9" };
  const offline = worldWith({ listHarnesses }, undefined, noServer);
  assert.equal(await runTembo(["harness", "list"], offline.world), 0);
  assert.deepEqual(offline.terminal.lines, withoutKey.terminal.lines);
  assert.match(offline.terminal.notes[0]!, /keys on this machine, because the server does not respond/);
  await using api = await startFakeApi({
    "GET /v1/runtimes": (_asked, response) => answerWith(response, 401, { error: "This key is not known." }),
  });
  const refused = { TEMBO_API_KEY: "wrong", TEMBO_BASE_URL: api.url };
  const wrong = worldWith({ listHarnesses }, undefined, refused);
  assert.equal(await runTembo(["harness", "list"], wrong.world), exitCodes.denied.code);
  assert.match(wrong.terminal.notes.join(), /This key is not known/);
});

test("harness list marks a harness installed from other packages as outdated", async () => {
  const { world, terminal } = worldWith({ listHarnesses: async () => [{ ...harness, isOutdated: true }] });
  assert.equal(await runTembo(["harness", "list"], world), 0);
  assert.match(terminal.lines[0]!, /\toutdated\topus\t.*run "tembo harness install claudeCode"$/);
});

test("harness install --all skips preinstalled programs, and install requires a name", async () => {
  const installed: string[] = [];
  const { world, terminal } = worldWith({
    listHarnesses: async () => [
      harness,
      { ...harness, name: "another" },
      { ...harness, name: "own", isProgram: true },
    ],
    installHarness: async (_env, name) => void installed.push(name),
  });
  assert.equal(await runTembo(["harness", "install", "--all"], world), 0);
  assert.deepEqual(installed, ["claudeCode", "another"]);
  for (const args of [[], ["claudeCode", "--all"]]) {
    assert.equal(await runTembo(["harness", "install", ...args], world), exitCodes.usage.code);
  }
  assert.match(terminal.notes.join("\n"), /name a harness, or use --all/);
});

test("harness install shows progress, lists known names for an unknown one, and exits with 130 on Ctrl-C", async () => {
  const installed: string[] = [];
  const { world, terminal } = worldWith({
    listHarnesses: async () => [harness],
    installHarness: async (_env, name, onProgress) => {
      onProgress("fetching");
      installed.push(name);
    },
  });
  assert.equal(await runTembo(["harness", "install", "claudeCode"], world), 0);
  assert.deepEqual(terminal.progressTexts, ["fetching"]);
  assert.equal(await runTembo(["harness", "install", "nope"], world), exitCodes.notFound.code);
  assert.match(terminal.notes.join("\n"), /Unknown harness "nope"[\s\S]*claudeCode/);
  assert.deepEqual(installed, ["claudeCode"]);

  const stopped = worldWith({
    listHarnesses: async () => [harness],
    installHarness: (_env, _name, _onProgress, signal) =>
      new Promise((_, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason));
        stopped.terminal.interrupt();
      }),
  });
  assert.equal(await runTembo(["harness", "install", "claudeCode"], stopped.world), 130);
});

test("harness install exits with 1 when it fails", async () => {
  const failure = Object.assign(new Error("npm is missing."), { name: "AppError" });
  const { world } = worldWith({
    listHarnesses: async () => [harness],
    installHarness: () => Promise.reject(failure),
  });
  assert.equal(await runTembo(["harness", "install", "claudeCode"], world), 1);
});

test("key rotate-master prints the number of rewrapped secrets, and needs no API key", async () => {
  const run = async (rewrapped: number, isResumed: boolean, ...args: string[]) => {
    const { world, terminal } = worldWith({ rotateMaster: async () => ({ rewrapped, isResumed }) });
    assert.equal(await runTembo(["key", "rotate-master", ...args], world), 0);
    return terminal;
  };
  assert.deepEqual((await run(3, false)).lines, ["Encrypted 3 secrets with a new master key."]);
  assert.deepEqual((await run(1, true)).lines, [
    "Encrypted 1 secret with the new master key of an interrupted rotation.",
  ]);
  assert.deepEqual((await run(0, false, "--json")).documents, [{ rewrapped: 0, isResumed: false }]);
});

test("worker joins with a URL and a token, and passes on labels and concurrency", async () => {
  const calls: unknown[][] = [];
  const { world, terminal } = worldWith({ runWorker: async (...given: unknown[]) => void calls.push(given) });
  const join = ["--join", "https://tembo.example.com", "--token", "tembo_join_x"];
  assert.equal(await runTembo(["worker", ...join, "--labels", "gpu", "--concurrency", "4"], world), 0);
  const settings = { ...env, TEMBO_WORKER_LABELS: "gpu", TEMBO_WORKER_CONCURRENCY: "4" };
  assert.deepEqual(calls, [[settings, { url: "https://tembo.example.com", token: "tembo_join_x" }]]);
  for (const half of [join.slice(0, 2), join.slice(2)])
    assert.equal(await runTembo(["worker", ...half], world), exitCodes.usage.code);
  assert.match(terminal.notes.join("\n"), /Pass --join and --token together/);
  assert.equal(calls.length, 1);
});

test("worker token prints the token, and the command for the new machine", async () => {
  const created = {
    token: "tembo_join_x",
    expiresAt: "2026-01-02T03:04:05.678Z",
    url: "https://tembo.example.com",
  };
  const asked: unknown[] = [];
  const runWorkerToken: LocalServer["runWorkerToken"] = async (_env, options) => {
    asked.push(options);
    return created;
  };
  const { world, terminal } = worldWith({ runWorkerToken });
  assert.equal(await runTembo(["worker", "token"], world), 0);
  assert.deepEqual(terminal.lines, ["tembo_join_x"]);
  assert.match(
    terminal.notes.join("\n"),
    /tembo worker --join https:\/\/tembo\.example\.com --token tembo_join_x/,
  );
  assert.equal(await runTembo(["worker", "token", "--minutes", "60"], world), 0);
  assert.deepEqual(asked, [{ minutes: 15 }, { minutes: 60 }]);
});
