import assert from "node:assert/strict";
import { test } from "node:test";
import { type BubblewrapInput, buildArguments, dropPrivileges, readOnlySources } from "./arguments.ts";

const input: BubblewrapInput = {
  spec: {
    workspacePath: "/data/s/workspace",
    homePath: "/data/s/home",
    socketsPath: "/data/run/s",
    readOnlyPaths: ["/data/harness", "/tmp/tool"],
    isWorkspaceReadOnly: false,
  },
  layout: {
    rootEntries: [
      { path: "/bin", target: "usr/bin" },
      { path: "/lib", target: null },
    ],
    systemFiles: ["/etc/ssl"],
    bundles: ["/etc/ssl/certs/all.pem"],
  },
  files: {
    passwd: "/data/s/passwd",
    group: "/data/s/group",
    hosts: "/data/s/hosts",
    gitConfig: "/data/s/gitconfig",
    init: "/data/s/init",
    certificates: { all: "/data/s/all.pem", trusted: "/data/s/trusted.pem" },
  },
  sourceOf: (path) => path,
  nodeFolder: "/data/runtime/bin",
  perl: ["/usr/bin/perl"],
  system: null,
  programs: "session",
  hasFilter: true,
};

/** Returns bubblewrap's options. Joins each option with its operands into a single string. */
function options(spec: Partial<BubblewrapInput["spec"]> = {}): string[] {
  return buildArguments({ ...input, spec: { ...input.spec, ...spec } })
    .join(" ")
    .split(/ (?=--)/);
}

test("unshares all namespaces, drops all capabilities and exits with the server", () => {
  const all = options();
  for (const option of [
    "--unshare-all",
    "--as-pid-1",
    "--die-with-parent",
    "--new-session",
    "--cap-drop ALL",
  ]) {
    assert.ok(all.includes(option), option);
  }
  assert.ok(!all.some((option) => option.startsWith("--share") || option.startsWith("--dev-bind")));
});

test("makes only the workspace and HOME writable", () => {
  assert.deepEqual(
    options().filter((option) => option.startsWith("--bind ")),
    ["--bind /data/s/home /home/tembo", "--bind /data/s/workspace /workspace"],
  );
  const planning = options({ isWorkspaceReadOnly: true });
  assert.deepEqual(
    planning.filter((option) => option.startsWith("--bind ")),
    ["--bind /data/s/home /home/tembo"],
  );
  assert.ok(planning.includes("--ro-bind /data/s/workspace /workspace"));
});

test("lists the source of each read-only mount once, except the kernel's settings", () => {
  const planning = { ...input, spec: { ...input.spec, isWorkspaceReadOnly: true } };
  const sources = readOnlySources(buildArguments(planning));
  for (const path of ["/usr", "/data/s/init", "/data/s/workspace", "/data/harness", "/data/run/s"])
    assert.ok(sources.includes(path), path);
  assert.equal(new Set(sources).size, sources.length);
  assert.ok(!sources.includes("/proc/sys") && !sources.includes("/data/s/home"));
});

test("limits the size of every tmpfs", () => {
  const all = options();
  const folders = all.flatMap((option, index) => (option.startsWith("--tmpfs") ? [index] : []));
  assert.equal(folders.length, 3);
  for (const index of folders) assert.match(all[index - 1]!, /^--size \d+$/);
});

test("recreates the host's links in the root directory", () => {
  const all = options();
  assert.ok(all.includes("--symlink usr/bin /bin"));
  assert.ok(all.includes("--ro-bind /lib /lib"));
});

test("mounts readable paths after the tmpfs that would hide them, and makes the root read-only last", () => {
  const all = options();
  assert.ok(all.indexOf("--tmpfs /tmp") < all.indexOf("--ro-bind /tmp/tool /tmp/tool"));
  assert.deepEqual(all.slice(-3), ["--remount-ro /", "--chdir /", "-- /usr/bin/perl /run/tembo/init"]);
});

test("switches to the session's user before it starts bubblewrap", () => {
  assert.equal(
    dropPrivileges(300_001, 300_002).join(" "),
    "--reuid 300001 --regid 300002 --clear-groups --no-new-privs --",
  );
});
