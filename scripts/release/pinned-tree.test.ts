import assert from "node:assert/strict";
import { test } from "node:test";
import { requirePinned } from "./pinned-tree.ts";

const lock = {
  packages: {
    "": {},
    "node_modules/a": { version: "1.0.0", integrity: "sha512-a" },
    "cli/node_modules/@s/b": { version: "2.0.0", integrity: "sha512-b" },
  },
};

test("accepts packages of package-lock.json in other folders, and rejects other versions and contents", () => {
  const check = (path: string, version: string, integrity: string) =>
    requirePinned({ packages: { "": { version: "0.1.0" }, [path]: { version, integrity } } }, lock);
  check("node_modules/@s/b", "2.0.0", "sha512-b");
  check("node_modules/a/node_modules/@s/b", "2.0.0", "sha512-b");
  assert.throws(
    () => check("node_modules/a", "1.0.1", "sha512-a"),
    /does not have these packages: a@1\.0\.1/,
  );
  assert.throws(() => check("node_modules/a", "1.0.0", "sha512-x"), /a@1\.0\.0 sha512-x/);
  assert.throws(() => check("node_modules/@s/a", "1.0.0", "sha512-a"), /@s\/a@1\.0\.0/);
});

test("rejects a package without a hash, also if package-lock.json has it", () => {
  const withHash = (integrity?: string) => ({
    packages: { "node_modules/c": { version: "1.0.0", ...(integrity !== undefined && { integrity }) } },
  });
  requirePinned(withHash("sha512-c"), withHash("sha512-c"));
  assert.throws(() => requirePinned(withHash(), withHash()), /has no hash of these packages: c@1\.0\.0/);
});
