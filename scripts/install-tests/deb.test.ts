import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { after, before, test } from "node:test";
import { parseEnv } from "node:util";
import { startWorld } from "../../e2e/src/support/index.ts";
import { createDebianRoot, type DebianRoot, harnessFolder, releaseFolder } from "./debian-root.ts";
import { type PackedRelease, packRelease } from "./packed-release.ts";
import { timed } from "./timed.ts";
import { workToMerge } from "./work-to-merge.ts";

const slow = { timeout: 600_000 };
const units = ["tembo.service", "tembo-server.service", "tembo-worker.service"];
const settings = "/etc/tembo/tembo.env";
const link = "/etc/systemd/system/multi-user.target.wants/tembo.service";

let release: PackedRelease;
let root: DebianRoot;
/** The package of this machine, as the root sees it. */
let debFile: string;
/** Files of the package that this machine has, and its list of packages. */
let machine: readonly [string[], boolean];
before(async () => {
  release = packRelease();
  machine = describeMachine();
  root = await createDebianRoot(release.folder);
  debFile = join(releaseFolder, basename(release.debs.native));
}, slow);
after(async () => {
  await root?.close();
  release?.remove();
});

interface Entry {
  readonly mode: string;
  readonly owner: string;
  readonly path: string;
}

function entries(file: string): Entry[] {
  const options = { encoding: "utf8", maxBuffer: 64 * 1024 * 1024 } as const;
  const lines = execFileSync("dpkg-deb", ["--contents", file], options).trimEnd().split("\n");
  return lines.map((line) => {
    const [, mode, owner, path] = /^(\S+) (\S+) +\d+ \S+ \S+ \.(.*)$/.exec(line)!;
    return { mode: mode!, owner: owner!, path: path! };
  });
}

const faultsOf = (all: readonly Entry[]) =>
  all.filter(({ mode, owner }) => owner !== "root/root" || /^[^l].{7}w|s|t/i.test(mode));

function describeMachine(): [string[], boolean] {
  const files = entries(release.debs.native).filter(({ path }) => !path.endsWith("/"));
  const status = readFileSync("/var/lib/dpkg/status", "utf8");
  return [files.map(({ path }) => path).filter((path) => existsSync(path)), /^Package: tembo$/m.test(status)];
}

const exists = (path: string) =>
  root.run(["sh", "-c", `[ ! -e ${path} ] && [ ! -L ${path} ] || echo yes`]) !== "";

test("the files of both architectures belong to root, and only root can write them", () => {
  for (const [architecture, machineCode] of Object.entries({ amd64: 0x3e, arm64: 0xb7 })) {
    const file = release.debs[architecture as "amd64" | "arm64"];
    const all = entries(file);
    assert.deepEqual(faultsOf(all), []);
    assert.equal(all.find(({ path }) => path === settings)!.mode, "-rw-------");
    const paths = new Set(all.map(({ path }) => path));
    for (const unit of units) assert.ok(paths.has(`/usr/lib/systemd/system/${unit}`), unit);
    const node = all.find(({ path }) => /\/node-linux-[^/]+\/bin\/node$/.test(path))!;
    const script = 'dpkg-deb --fsys-tarfile "$1" | tar --extract --to-stdout ".$2"';
    const options = { maxBuffer: 512 * 1024 * 1024 };
    const program = execFileSync("sh", ["-euc", script, "sh", file, node.path], options);
    assert.equal(program.readUInt16LE(18), machineCode, `${architecture}: machine of the ELF header`);
  }
  const faulty = { mode: "-rw-rw-rw-", owner: "root/root", path: "/etc/x" };
  assert.deepEqual(faultsOf([faulty]), [faulty], "control");
});

test("installs without a network, and neither enables nor starts a service", slow, async (context) => {
  const install = ["unshare", "--net", "dpkg", "--install", debFile];
  const output = await timed(context, "installation", async () => root.run(install));
  assert.match(output, /systemctl enable --now tembo/);
  assert.equal(root.run(["dpkg", "--verify", "tembo"]), "", "all files have the sums of the package");
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, "../../package.json"), "utf8"));
  assert.equal(root.run(["tembo", "--version"]), `${version}\n`);
  assert.ok(!exists(link));
  assert.ok(!exists("/usr/bin/node") && !exists("/usr/local/bin/node"), "the package has its own Node");
  assert.throws(
    () => root.run(["cat", join(import.meta.dirname, basename(import.meta.filename))]),
    /No such/,
  );
});

test("systemd accepts the installed units", (context) => {
  if (!existsSync("/usr/bin/systemd-analyze"))
    return context.skip("systemd-analyze is not installed (Debian: apt-get install systemd)");
  const verify = (unit: string) =>
    root.run(["sh", "-c", `systemd-analyze verify --man=no /usr/lib/systemd/system/${unit} 2>&1; echo $?`]);
  for (const unit of units) assert.equal(verify(unit), "0\n", unit);
  root.run(["mv", "/usr/lib/tembo/node_modules", "/usr/lib/tembo/moved"]);
  assert.match(verify("tembo.service"), /not executable/, "control: it reports a missing program");
  root.run(["mv", "/usr/lib/tembo/moved", "/usr/lib/tembo/node_modules"]);
  root.run(["systemctl", "enable", "tembo"]);
  assert.ok(exists(link));
});

test(
  "runs the unit's command with its settings, and a session to a merged pull request",
  slow,
  async (context) => {
    const unit = root.run(["cat", "/usr/lib/systemd/system/tembo.service"]);
    const value = (name: string) => new RegExp(`^${name}=(.*)$`, "m").exec(unit)?.[1];
    assert.deepEqual([value("EnvironmentFile"), value("User")], [settings, undefined]);
    const command = value("ExecStart")!.split(" ");
    const launch = (given: readonly string[], env: Readonly<Record<string, string>>) => {
      assert.deepEqual(given, [command.at(-1)]);
      const { TEMBO_DATA_DIR: dataDir, ...others } = env;
      // The data folder is not on an overlay, on which the server could not create others.
      root.run(["mkdir", "--parents", "/var/lib/tembo"]);
      root.run(["mount", "--bind", dataDir!, "/var/lib/tembo"]);
      const lines = Object.entries(others).map(([name, text]) => `${name}=${text}\n`);
      root.run(["tee", settings], lines.join(""));
      return root.start(command, parseEnv(root.run(["cat", settings])) as Record<string, string>);
    };
    const env = { TEMBO_HARNESS_SEED_DIR: harnessFolder };
    const world = await timed(context, "first start of the server", () =>
      startWorld({ launch, env, isFresh: true }),
    );
    try {
      await timed(context, "session to a merged pull request", () => workToMerge(world));
      const page = await (await fetch(world.url, { headers: { accept: "text/html" } })).text();
      assert.match(page, /<title>/, "serves the dashboard");
    } finally {
      await world.tembo.stop();
      root.run(["umount", "/var/lib/tembo"]);
      await world.close();
    }
  },
);

/**
 * Replaces systemctl by a program that reports one unit as running and enabled, and appends its arguments to a file, with a word about the
 * files of the package at this time.
 */
function recordSystemctl(): void {
  const script = `#!/bin/sh
files=new
! grep -q previous /usr/lib/tembo/NOTICE 2>/dev/null || files=old
case "$*" in
  *is-enabled*) echo enabled ;;
  *is-active*) ;;
  show*' tembo.service') echo active ;;
  show*) echo inactive ;;
  *) echo "$* $files" >>/run/calls ;;
esac
`;
  root.run(
    ["sh", "-c", "mkdir -p /run/systemd/system && rm /usr/bin/systemctl && tee /usr/bin/systemctl"],
    script,
  );
  root.run(["chmod", "755", "/usr/bin/systemctl"]);
}

function systemctlCalls(): string[] {
  const lines = root.run(["cat", "/run/calls"]).trimEnd().split("\n");
  return lines.map((line) => line.replaceAll(/--\w+ /g, ""));
}

test("an upgrade stops what runs before it replaces files, starts it again, and keeps the settings", () => {
  recordSystemctl();
  const before = root.run(["cat", settings]);
  root.run(["tee", "/usr/lib/tembo/NOTICE"], "previous");
  root.run(["dpkg", "--install", debFile]);
  assert.deepEqual(systemctlCalls(), [
    "stop tembo.service old",
    "daemon-reload new",
    "start tembo.service new",
  ]);
  assert.equal(root.run(["cat", settings]), before);
  assert.ok(before.includes("ANTHROPIC_API_KEY=provider-key"), "control: the settings were changed");
  assert.ok(!exists("/run/tembo-stopped-units"));
});

test("a removal keeps the settings and the data, and a purge keeps only the data", () => {
  root.run(["sh", "-c", "mkdir -p /var/lib/tembo && echo kept >/var/lib/tembo/file && rm /run/calls"]);
  root.run(["dpkg", "--remove", "tembo"]);
  assert.deepEqual(systemctlCalls(), ["stop tembo.service new", "daemon-reload new"]);
  const paths = [
    "/usr/lib/tembo",
    "/usr/bin/tembo",
    "/usr/share/doc/tembo",
    settings,
    link,
    "/var/lib/tembo/file",
  ];
  assert.deepEqual(paths.filter(exists), [settings, link, "/var/lib/tembo/file"]);
  const output = root.run(["dpkg", "--purge", "tembo"]);
  assert.match(output, /remains in \/var\/lib\/tembo/);
  assert.deepEqual([...paths, "/etc/tembo", "/run/tembo-stopped-units"].filter(exists), [
    "/var/lib/tembo/file",
  ]);
  assert.throws(() => root.run(["dpkg", "--status", "tembo"]), /not installed/);
});

test("the machine has neither the package nor its files", () => {
  assert.deepEqual(describeMachine(), machine);
  assert.equal(exists("/var/lib/tembo/file"), true, "control: the root has what the tests left");
  assert.ok(!existsSync("/var/lib/tembo/file"));
});
