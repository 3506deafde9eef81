import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { SystemProfile } from "../../core/turns/index.ts";
import { inChunks, makeTar } from "../../layers/testing/make-tar.ts";
import { openProcessNames } from "../processes/open-process-names.ts";
import { hasRunsc } from "../runsc/testing/has-runsc.ts";
import { afterwards } from "../testing/afterwards.ts";
import { makeProvider } from "../testing/make-provider.ts";
import { foldersOf, makeDataDir, run, shell, specOf } from "../testing/run-in-sandbox.ts";
import { openTestSystem, systemOf } from "../testing/test-system.ts";
import { enterMounts, overlayMount } from "./enter-mounts.ts";
import { makeMountPoints } from "./mount-points.ts";

const asRoot = { skip: process.getuid!() !== 0 && "needs root" };
const { layers, image, add } = await openTestSystem();
const capability =
  "\u0001\u0000\u0000\u0002\u0000\u0004\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000";
/** Layer with something else at every mount point, and with programs that would gain rights. */
const hostile = await add({
  kind: "archive",
  archive: inChunks(
    makeTar([
      { name: "workspace", type: "2", target: "/oldroot/tmp" },
      { name: "home", type: "2", target: "../../../../../../tmp" },
      { name: "run", type: "2", target: "/oldroot/run" },
      { name: "tmp", type: "2", target: "/oldroot/tmp" },
      { name: "dev", body: "a file" },
      { name: "proc/1/environ", body: "forged" },
      { name: "etc/passwd/folder", body: "x" },
      { name: "etc/hosts", type: "2", target: "/oldroot/etc/hosts" },
      { name: "usr/bin/as-root", body: "#!/bin/sh\nid -u\n", mode: 0o6755 },
      {
        name: "usr/bin/capable",
        body: "x",
        mode: 0o755,
        pax: { "SCHILY.xattr.security.capability": capability },
      },
      ...Array.from({ length: 500 }, (_, index) => ({ name: `large/${index}`, body: "" })),
    ]),
  ),
});
const { env } = await systemOf("user");

const variants: readonly (readonly [string, SystemProfile])[] = [
  ["bubblewrap", "user"],
  ...(asRoot.skip ? [] : [["bubblewrap", "root"] as const]),
  ...(hasRunsc && !asRoot.skip ? [["runsc", "user"] as const, ["runsc", "root"] as const] : []),
];
for (const [name, profile] of variants)
  test(`${name}, ${profile}: a hostile image changes neither the host nor the sandbox's own folders`, async (t) => {
    const dataDir = await makeDataDir(t);
    const before = readdirSync("/tmp").filter((entry) => !entry.startsWith("tembo-"));
    const sandbox = await openHostile(t, dataDir, name, profile);
    const { stdout, stderr } = await shell(
      sandbox,
      "stat -c %F /workspace /home/tembo /run /tmp /dev /proc | uniq; echo x > /workspace/x; id -un; grep -q Pid /proc/self/status && echo proc",
    );
    assert.match(
      stdout,
      profile === "user" ? /^directory\ntembo\nproc\n$/ : /^directory\n(0\n)?proc\n$/,
      stderr,
    );
    assert.ok(existsSync(join(foldersOf(dataDir).workspacePath, "x")), "control: the workspace is mounted");
    assert.equal((await run(sandbox, ["cat", "/proc/1/environ"])).stdout.includes("forged"), false);
    const expected = profile === "user" ? /^[1-9]\d+\n$/ : /^0\n$/;
    assert.match((await run(sandbox, ["sh", "/usr/bin/as-root"])).stdout, expected);
    const bounding = /^CapEff:\s+(\w+)/m.exec((await run(sandbox, ["cat", "/proc/self/status"])).stdout)?.[1];
    assert.equal(bounding, profile === "user" ? "0000000000000000" : "00000000800405fb");
    const after = readdirSync("/tmp").filter((entry) => !entry.startsWith("tembo-"));
    assert.deepEqual(
      after.filter((entry) => !before.includes(entry) && /workspace|tembo$|sockets/.test(entry)),
      [],
    );
  });

test("a layer of mount points covers the links of the layers below it", asRoot, async (t) => {
  const dataDir = await makeDataDir(t);
  chmodSync(dataDir, 0o711);
  const [lower, upper, work, merged] = ["lower", "upper", "work", "merged"].map((name) =>
    join(dataDir, name),
  );
  for (const folder of [lower!, upper!, work!, merged!]) mkdirSync(folder);
  symlinkSync("/etc", join(lower!, "workspace"));
  writeFileSync(join(lower!, "home"), "");
  const points = await makeMountPoints(
    { parent: dataDir, names: await openProcessNames(dataDir) },
    [
      { path: "/workspace", isFolder: true },
      { path: "/home/tembo/file", isFolder: false },
    ],
    { uid: 0, gid: 0 },
    [{ path: lower!, firstId: 0 }],
  );
  const look = (lowers: readonly string[]) => {
    const [program, ...args] = enterMounts([overlayMount({ lowers, upper: upper!, work: work! }, merged!)]);
    const paths = ["workspace", "home", "home/tembo/file"].map((path) => join(merged!, path));
    return execFileSync(program!, [...args, "sh", "-c", 'stat -c %F "$@" 2>&1 || :', "sh", ...paths], {
      encoding: "utf8",
    });
  };
  assert.equal(look([lower!, points]), "directory\ndirectory\nregular empty file\n");
  assert.match(look([lower!]), /^symbolic link\nregular empty file\n/, "control");
  assert.doesNotMatch(readFileSync("/proc/self/mountinfo", "utf8"), new RegExp(merged!), "no mount remains");
});

async function openHostile(t: TestContext, dataDir: string, name: string, profile: SystemProfile) {
  const provider = await makeProvider(name, dataDir, { layers });
  const sandbox = await provider.create({ ...specOf(), system: { layers: [image, hostile], profile, env } });
  afterwards(t, () => sandbox.stop());
  return sandbox;
}
