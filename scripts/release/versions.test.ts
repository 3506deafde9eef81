import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { requireSameVersions } from "./versions.ts";

test("rejects a workspace that has, or requires, another version than the root", (context) => {
  const root = mkdtempSync(join(tmpdir(), "tembo-versions-"));
  context.after(() => rmSync(root, { recursive: true }));
  const write = (folder: string, manifest: object) => {
    mkdirSync(join(root, folder), { recursive: true });
    writeFileSync(join(root, folder, "package.json"), JSON.stringify(manifest));
  };
  write("", { name: "tembo", version: "0.2.0", workspaces: ["cli", "sdk"] });
  const requires = (dependencies: object) => ({ name: "@tembo/cli", version: "0.2.0", dependencies });
  write("cli", requires({ "@tembo-io/sdk": "0.2.0", zod: "4.0.0" }));
  write("sdk", { name: "@tembo-io/sdk", version: "0.2.0" });
  requireSameVersions(root);
  write("sdk", { name: "@tembo-io/sdk", version: "0.1.0" });
  assert.throws(
    () => requireSameVersions(root),
    /version 0\.2\.0 of package\.json: @tembo-io\/sdk@0\.1\.0\./,
  );
  write("sdk", { name: "@tembo-io/sdk" });
  assert.throws(() => requireSameVersions(root), /@tembo-io\/sdk@undefined/);
  write("sdk", { name: "@tembo-io/sdk", version: "0.2.0" });
  write("cli", requires({ "@tembo-io/sdk": "0.1.0" }));
  assert.throws(() => requireSameVersions(root), /: @tembo-io\/sdk@0\.1\.0 in @tembo\/cli\./);
});

test("the workspaces of the clone have one version", () => {
  requireSameVersions(join(import.meta.dirname, "../.."));
});
