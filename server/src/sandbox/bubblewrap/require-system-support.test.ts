import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { problemOfSystem, requireSystemSupport } from "./require-system-support.ts";

test("decides by profile, user and version which systems run", () => {
  for (const bubblewrap of ["0.11.0", "0.12.1", "1.0", null]) {
    assert.equal(problemOfSystem("user", false, bubblewrap), null);
    for (const profile of ["user", "root"] as const)
      assert.equal(problemOfSystem(profile, true, bubblewrap), null);
  }
  const old = "0.9.0";
  assert.equal(problemOfSystem("user", true, old), null, "root mounts the overlay itself");
  assert.match(problemOfSystem("root", true, old)!.detail, /bubblewrap 0\.9\.0 cannot .* for profile root/);
  const asUser = problemOfSystem("user", false, old)!;
  assert.match(asUser.detail, /bubblewrap 0\.9\.0 cannot .* not root/);
  assert.match(asUser.fix, /Install bubblewrap 0\.11/);
  assert.match(problemOfSystem("root", false, "0.12.0")!.fix, /Run the server as root/);
});

test("refuses a system that the installed bubblewrap cannot mount", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "tembo-bwrap-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const bwrap = join(folder, "bwrap");
  const install = (version: string) => {
    writeFileSync(bwrap, `#!/bin/sh\necho bubblewrap ${version}\n`);
    chmodSync(bwrap, 0o755);
  };
  const profile = process.getuid!() === 0 ? "root" : "user";
  install("0.9.0");
  await assert.rejects(requireSystemSupport(profile, bwrap), {
    code: "sandbox_unavailable",
    message: /^bubblewrap 0\.9\.0 cannot mount .*\. Install bubblewrap 0\.11 or newer/,
  });
  install("0.11.10");
  await requireSystemSupport(profile, bwrap);
});
