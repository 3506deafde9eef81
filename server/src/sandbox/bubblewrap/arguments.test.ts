import assert from "node:assert/strict";
import { test } from "node:test";
import { buildArguments, buildEnvironment, dropPrivileges } from "./arguments.ts";

const input = {
  spec: {
    workspacePath: "/data/s/workspace",
    homePath: "/data/s/home",
    readOnlyPaths: ["/data/harness", "/tmp/tool"],
    doors: { model: "/data/run/s.m", egress: "/data/run/s.e", git: "/data/run/s.g" },
  },
  layout: {
    rootEntries: [
      { path: "/bin", target: "usr/bin" },
      { path: "/lib", target: null },
    ],
    systemFiles: ["/etc/ssl"],
  },
  identity: {
    passwd: "/data/s/passwd",
    group: "/data/s/group",
    hosts: "/data/s/hosts",
    launcher: "/data/s/launcher.cjs",
  },
  nodeFolder: "/data/runtime/bin",
};

/** The options with their operands, as one string each. */
function options(): string[] {
  return buildArguments(input)
    .join(" ")
    .split(/ (?=--)/);
}

test("unshares everything, drops everything, dies with the server", () => {
  const all = options();
  for (const option of ["--unshare-all", "--die-with-parent", "--new-session", "--cap-drop ALL"]) {
    assert.ok(all.includes(option), option);
  }
  assert.ok(!all.some((option) => option.startsWith("--share") || option.startsWith("--dev-bind")));
});

test("lets exactly the workspace and the home be written", () => {
  assert.deepEqual(
    options().filter((option) => option.startsWith("--bind ")),
    ["--bind /data/s/home /home/tembo", "--bind /data/s/workspace /workspace"],
  );
});

test("follows the host's own links at the root", () => {
  const all = options();
  assert.ok(all.includes("--symlink usr/bin /bin"));
  assert.ok(all.includes("--ro-bind /lib /lib"));
});

test("mounts what is to be read after the empty folders that would cover it, and seals the root last", () => {
  const all = options();
  assert.ok(all.indexOf("--tmpfs /tmp") < all.indexOf("--ro-bind /tmp/tool /tmp/tool"));
  assert.deepEqual(all.slice(-3), [
    "--remount-ro /",
    "--chdir /",
    "-- /data/runtime/bin/node /run/tembo/launcher.cjs",
  ]);
});

test("becomes the session's user before bubblewrap", () => {
  assert.equal(
    dropPrivileges(300_001, 300_002).join(" "),
    "--reuid 300001 --regid 300002 --clear-groups --no-new-privs --",
  );
});

test("puts Node first on the path and lets a command set what it needs", () => {
  const { PATH, LANG, A } = buildEnvironment({ LANG: "de_DE.UTF-8", A: "1" }, "/data/runtime/bin");
  assert.ok(PATH!.startsWith("/data/runtime/bin:"));
  assert.deepEqual({ LANG, A }, { LANG: "de_DE.UTF-8", A: "1" });
});
