import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { isOutdated } from "./is-outdated.ts";

test("reports pages that are older than a source, until they are built again", (t) => {
  const root = mkdtempSync(join(tmpdir(), "tembo-outdated-"));
  t.after(() => rmSync(root, { recursive: true }));
  const dist = join(root, "site/dist");
  const make = (name: string) => {
    const path = join(root, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, "");
    return path;
  };
  let now = 1_000;
  const touch = (path: string) => utimesSync(path, ++now, now);
  const build = () => touch(make("site/dist/index.html"));
  const sources = ["docs/guides/new.md", "site/src/build.ts", "site/.vitepress/theme/style.css"].map(make);
  make("README.md");
  for (const path of readdirSync(root, { encoding: "utf8", recursive: true })) touch(join(root, path));
  assert.equal(isOutdated(dist), false, "not built");
  build();
  assert.equal(isOutdated(dist), false, "just built");
  for (const source of sources) {
    touch(source);
    assert.equal(isOutdated(dist), true, source);
    build();
    assert.equal(isOutdated(dist), false, "control: built again");
  }
  touch(join(root, "README.md"));
  assert.equal(isOutdated(dist), false, "a file that is not a source");
  rmSync(join(root, "docs/guides/new.md"));
  touch(join(root, "docs/guides"));
  assert.equal(isOutdated(dist), true, "a removed page");
  for (const name of ["docs", "site/src", "site/.vitepress"]) rmSync(join(root, name), { recursive: true });
  assert.equal(isOutdated(dist), false, "without sources, as in a package");
});
