import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";

const script = join(import.meta.dirname, "build-base-image.ts");
const context = join(import.meta.dirname, "../images/base");
let bin: string;

beforeEach(() => {
  bin = mkdtempSync(join(tmpdir(), "tembo-image-"));
});
afterEach(() => rmSync(bin, { recursive: true }));

/** Puts a builder on the PATH that prints its name and arguments, one on each line. */
function install(name: string, exitCode = 0): void {
  writeFileSync(
    join(bin, name),
    `#!/bin/sh\necho ${name}; for each; do echo "$each"; done; exit ${exitCode}\n`,
    {
      mode: 0o755,
    },
  );
}

function build(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
    env: { PATH: bin },
    encoding: "utf8",
  });
  return { status, lines: stdout.trimEnd().split("\n"), stderr };
}

test("builds with buildah, and suggests how to push the image", () => {
  for (const name of ["docker", "podman", "buildah"]) install(name);
  const { status, lines } = build("--tag", "registry.test/base:1");
  assert.deepEqual(lines, [
    ...["buildah", "build", "--layers", "--tag", "registry.test/base:1", context],
    "Built registry.test/base:1. To push it, run: buildah push registry.test/base:1",
  ]);
  assert.equal(status, 0);
});

test("builds with podman or docker if buildah is missing or another builder is named", () => {
  install("docker");
  assert.equal(build("--tag", "base").lines[0], "docker");
  install("podman");
  assert.equal(build("--tag", "base").lines[0], "podman");
  assert.equal(build("--tag", "base", "--builder", "docker").lines[0], "docker");
});

test("passes the base, mirrors, platform and further options to the builder", () => {
  install("podman");
  const options = ["--base", "mirror.test/debian:trixie-slim", "--platform", "linux/arm64", "--without-uv"];
  const mirrors = [
    "--mirror",
    "http://mirror.test/debian",
    "--security-mirror",
    "http://mirror.test/security",
  ];
  const further = ["--secret", "id=apt,src=apt.conf"];
  assert.deepEqual(build("--tag", "base", ...options, ...mirrors, "--", ...further).lines.slice(0, -1), [
    ...["podman", "build", "--platform", "linux/arm64"],
    ...["--build-arg", "BASE=mirror.test/debian:trixie-slim"],
    ...["--build-arg", "MIRROR=http://mirror.test/debian"],
    ...["--build-arg", "SECURITY_MIRROR=http://mirror.test/security"],
    ...["--build-arg", "UV="],
    ...further,
    ...["--tag", "base", context],
  ]);
});

test("passes a snapshot, and rejects a malformed one, one with mirrors, and a single mirror", () => {
  install("buildah");
  const snapshot = ["--tag", "base", "--snapshot", "20261101T000000Z"];
  assert.ok(build(...snapshot).lines.includes("SNAPSHOT=20261101T000000Z"));
  const malformed = build("--tag", "base", "--snapshot", "2026-11-01");
  assert.deepEqual([malformed.status, malformed.lines], [1, [""]]);
  assert.match(malformed.stderr, /"2026-11-01" is not a time of snapshot\.debian\.org/);
  const mirrors = [
    "--mirror",
    "http://mirror.test/debian",
    "--security-mirror",
    "http://mirror.test/security",
  ];
  const both = build(...snapshot, ...mirrors);
  assert.deepEqual([both.status, both.lines], [1, [""]]);
  assert.match(both.stderr, /Pass either --snapshot, or --mirror/);
  const one = build("--tag", "base", ...mirrors.slice(0, 2));
  assert.deepEqual([one.status, one.lines], [1, [""]]);
  assert.match(one.stderr, /Pass --mirror and --security-mirror together/);
});

test("fails with the reason without a tag, without a builder, with an unknown option or if the build fails", () => {
  assert.match(build("--tag", "base").stderr, /None of buildah, podman, docker is on the PATH/);
  assert.match(build("--tag", "base", "--builder", "kaniko").stderr, /kaniko could not start: /);
  install("buildah", 125);
  assert.match(build().stderr, /No tag specified\. Pass --tag NAME/);
  assert.match(build("--tag", "base", "--registry", "registry.test").stderr, /Unknown option '--registry'/);
  const { status, lines, stderr } = build("--tag", "base");
  assert.deepEqual([status, lines.at(-1)], [1, context], "suggests no push");
  assert.match(stderr, /buildah could not build the image; its output is above\./);
});
