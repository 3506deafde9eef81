import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

const root = join(import.meta.dirname, "..");

test("builds Tembo's image from the whole repository, with the given base and further options", () => {
  const bin = mkdtempSync(join(tmpdir(), "tembo-image-"));
  const build = (...args: string[]) =>
    spawnSync(process.execPath, [join(import.meta.dirname, "build-image.ts"), ...args], {
      env: { PATH: bin },
      encoding: "utf8",
    });
  try {
    writeFileSync(join(bin, "podman"), '#!/bin/sh\nfor each; do echo "$each"; done\n', { mode: 0o755 });
    const { stdout, status } = build("--tag", "registry.test/tembo:1", "--base", "base", "--", "--no-cache");
    assert.deepEqual(stdout.trimEnd().split("\n"), [
      ...[
        "build",
        "--format",
        "docker",
        "--build-arg",
        "BASE=base",
        "--file",
        join(root, "images/tembo/Dockerfile"),
        "--no-cache",
      ],
      ...["--tag", "registry.test/tembo:1", root],
      "Built registry.test/tembo:1. To push it, run: podman push registry.test/tembo:1",
    ]);
    assert.equal(status, 0);
    assert.match(build().stderr, /No tag specified\. Pass --tag NAME/);
  } finally {
    rmSync(bin, { recursive: true });
  }
});
