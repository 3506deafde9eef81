import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { launchSpecs } from "./plug-ins.ts";

interface Lock {
  readonly packages: Readonly<Record<string, { readonly integrity?: string; readonly resolved?: string }>>;
}

for (const { name, source } of launchSpecs) {
  if (source.type !== "npm") continue;
  test(`the lock file of ${name} has a checksum for every package, and contains no registry URL`, () => {
    const text = readFileSync(join(source.lockDir, "package-lock.json"), "utf8");
    const { "": root, ...packages } = (JSON.parse(text) as Lock).packages;
    assert.ok(root && Object.keys(packages).length > 0);
    for (const [path, { integrity, resolved }] of Object.entries(packages)) {
      assert.match(integrity ?? "", /^sha512-/, path);
      assert.equal(resolved, undefined, path);
    }
    assert.doesNotMatch(text, /https?:\/\/(?:registry|[^"/]*npm)/);
    const { dependencies } = JSON.parse(readFileSync(join(source.lockDir, "package.json"), "utf8"));
    for (const version of Object.values(dependencies)) assert.match(String(version), /^\d+\.\d+\.\d+$/);
  });
}
