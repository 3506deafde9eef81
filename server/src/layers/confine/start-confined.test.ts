import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { type TestContext, test } from "node:test";
import { pollUntil } from "../../runtime/poll-until.ts";
import { skipReason, testOwner } from "../testing/open-layers.ts";
import { runConfined } from "./run-confined.ts";
import { type ConfinedLaunch, type LayerOwner, startConfined } from "./start-confined.ts";

const skip = skipReason(testOwner === null ? "ownFolder" : "folder");
const owners: readonly (readonly [string, LayerOwner | null])[] = [
  ["the server's user", null],
  ...(testOwner === null ? [] : [["the owner of layers", testOwner] as const]),
];

function makeFolders(t: TestContext, owner: LayerOwner | null) {
  const folder = mkdtempSync(join(tmpdir(), "tembo-confined-"));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const name of ["given", "out"]) mkdirSync(join(folder, name), { mode: 0o755 });
  writeFileSync(join(folder, "given/file"), "given");
  writeFileSync(join(folder, "secret"), "the secret", { mode: 0o600 });
  if (owner !== null) chownSync(join(folder, "out"), owner.firstId, owner.firstId);
  return folder;
}

for (const [name, owner] of owners) {
  test(`as ${name}, a confined program sees only its paths`, { skip }, async (t) => {
    const folder = makeFolders(t, owner);
    const server = createServer((socket) => socket.on("error", () => {}).end());
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    t.after(() => server.close());
    const { port } = server.address() as { readonly port: number };
    const connect = `socket S,2,1,0; print connect(S, pack("S n a4 x8", 2, ${port}, "\\x7f\\0\\0\\1")) ? "reached\\n" : ""`;
    const script = [
      `cat '${folder}/secret' && echo`,
      `perl -e '${connect}'`,
      `kill -0 ${process.pid} && echo sees processes`,
      "test -e /etc/passwd && echo sees files",
      "test -w /usr/bin && echo changes programs",
      "mount -t tmpfs none /tmp 2>/dev/null && echo mounts",
    ].join("; ");
    const attack = [
      "sh",
      "-c",
      `${script}; cat /given/file; echo x > /out/written; echo x > /given/written`,
    ] as const;
    const found = await outputOf(owner, {
      argv: [...attack],
      paths: pathsOf(folder),
      needsFileCapabilities: true,
    });
    assert.equal(found, "given");
    assert.equal(readFileSync(join(folder, "out/written"), "utf8"), "x\n");
    assert.deepEqual(readdirSync(join(folder, "given")), ["file"]);
    if (owner !== null) assert.equal(statSync(join(folder, "out/written")).uid, owner.firstId);
    const control = execFileSync("sh", ["-c", script.replace(/; mount.*$/, "")], { encoding: "utf8" });
    assert.equal(
      control.split("\n").slice(0, 4).join(),
      "the secret,reached,sees processes,sees files",
      "control",
    );
  });
}

test("as root, a confined program has no rights outside its namespace", {
  skip: skip || testOwner === null,
}, async (t) => {
  const folder = makeFolders(t, testOwner);
  const script = "grep -E '^(CapEff|CapBnd|NoNewPrivs)' /proc/self/status; cat /proc/self/uid_map";
  const launch = {
    argv: ["sh", "-c", script],
    paths: pathsOf(folder),
    needsFileCapabilities: false,
  } as const;
  const found = await outputOf(testOwner, launch);
  assert.match(found, /CapEff:\t0000000000000000\nCapBnd:\t0000000000000000\nNoNewPrivs:\t1\n/);
  assert.match(found, new RegExp(`^ +0 +${testOwner!.firstId} +65536$`, "m"));
});

test("as root, starts a confined program without the rights over networks that a container lacks", {
  skip: skip || testOwner === null,
}, () => {
  const launch = { argv: ["echo", "started"], paths: [], needsFileCapabilities: false };
  const script = `import { startConfined } from "${join(import.meta.dirname, "start-confined.ts")}";
    const confined = startConfined(${JSON.stringify(testOwner)}, ${JSON.stringify(launch)}, new AbortController().signal);
    confined.stdout.pipe(process.stdout);
    console.log(JSON.stringify(await confined.ended));`;
  const node = [process.execPath, "--input-type=module", "--eval", script];
  const found = execFileSync("setpriv", ["--bounding-set=-net_admin", "--", ...node], { encoding: "utf8" });
  assert.match(found, /started/, found);
});

test("kills a confined program and its children when the signal aborts", { skip }, async (t) => {
  const folder = makeFolders(t, testOwner);
  const abort = new AbortController();
  const marker = `3000${process.pid}`;
  const argv = ["sh", "-c", `sleep ${marker} & echo started; sleep ${marker}`] as const;
  const launch = {
    argv: [...argv] as [string, ...string[]],
    paths: pathsOf(folder),
    needsFileCapabilities: false,
  };
  const { stdout, ended } = startConfined(testOwner, launch, abort.signal);
  await new Promise((resolve) => stdout.once("data", resolve));
  t.after(() => abort.abort());
  assert.ok(await pollUntil(() => countProcesses(marker) === 2, { every: 10, timeoutMs: 10_000 }), "control");
  abort.abort();
  assert.notEqual((await ended).code, 0);
  assert.equal(countProcesses(marker), 0);
});

test("leaves no process when the signal aborts during the start", { skip }, async (t) => {
  const folder = makeFolders(t, testOwner);
  const starts = Array.from({ length: 20 }, async (_, index) => {
    const abort = new AbortController();
    const argv: ConfinedLaunch["argv"] = ["sleep", "3000"];
    const launch = { argv, paths: pathsOf(folder), needsFileCapabilities: false };
    const { ended } = startConfined(testOwner, launch, abort.signal);
    await new Promise((resolve) => setTimeout(resolve, index));
    abort.abort();
    await ended;
  });
  await Promise.all(starts);
  assert.equal(countProcesses(join(folder, "given")), 0);
});

test("reports the output of a program that fails", { skip }, async (t) => {
  const folder = makeFolders(t, testOwner);
  const launch = {
    argv: ["ls", "/missing"] as [string, string],
    paths: pathsOf(folder),
    needsFileCapabilities: false,
  };
  await assert.rejects(runConfined(testOwner, launch, new AbortController().signal), {
    code: "unavailable",
    message: /^ls failed: .*\/missing.*No such file/,
  });
});

test("kills a program at its time limit, and names the limit", { skip }, async (t) => {
  const folder = makeFolders(t, testOwner);
  const launch = {
    argv: ["sleep", "3000"] as [string, string],
    paths: pathsOf(folder),
    needsFileCapabilities: false,
    timeLimitMs: 200,
  };
  await assert.rejects(runConfined(testOwner, launch, new AbortController().signal), {
    code: "unavailable",
    message: /^sleep failed: it needs more than 0\.2 seconds/,
  });
});

test("names the limit of memory that a program exceeds", { skip }, async (t) => {
  const folder = makeFolders(t, testOwner);
  const script = "const all = []; for (;;) all.push(new Array(1e6).fill({}))";
  const launch = {
    argv: ["/node", "--max-old-space-size=50", "--eval", script] as [string, ...string[]],
    paths: [...pathsOf(folder), { inside: "/node", hostPath: process.execPath, isWritable: false }],
    needsFileCapabilities: false,
  };
  await assert.rejects(runConfined(testOwner, launch, new AbortController().signal), {
    message: /failed: it needs more than the allowed memory/,
  });
});

test("does not take the name of a file for a lack of memory", { skip }, async (t) => {
  const folder = makeFolders(t, testOwner);
  const endingWith = async (line: string) => {
    const argv: ConfinedLaunch["argv"] = ["sh", "-c", 'echo "$1" >&2; exit 2', "sh", line];
    const launch = { argv, paths: pathsOf(folder), needsFileCapabilities: false };
    return await startConfined(testOwner, launch, new AbortController().signal).ended;
  };
  const named = "tar: 0/out of memory: Cannot open: Permission denied";
  assert.deepEqual(await endingWith(named), { code: 2, words: named, exceeded: null });
  for (const line of ["tar: memory exhausted", "mkfs: a: Cannot allocate memory", "Out of memory!"])
    assert.equal((await endingWith(line)).exceeded, "the allowed memory", "control");
});

const pathsOf = (folder: string): ConfinedLaunch["paths"] => [
  { inside: "/given", hostPath: join(folder, "given"), isWritable: false },
  { inside: "/out", hostPath: join(folder, "out"), isWritable: true },
];

async function outputOf(owner: LayerOwner | null, launch: ConfinedLaunch): Promise<string> {
  const { stdin, stdout, ended } = startConfined(owner, launch, new AbortController().signal);
  stdin.end();
  const found = await text(stdout);
  await ended;
  return found;
}

/** Counts the running processes that have the text as an argument. */
function countProcesses(marker: string): number {
  return readdirSync("/proc").filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "latin1").split("\0").includes(marker);
    } catch {
      return false;
    }
  }).length;
}
