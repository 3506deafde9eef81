import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { listLicenses } from "./licenses.ts";

const modules = join(import.meta.dirname, "../../node_modules");

test("lists each package once, with its version and license, and no file of this repository", () => {
  const text = listLicenses([
    join(modules, "vue/dist/vue.js"),
    `\0${join(modules, "vue/dist/other.js")}?raw`,
    join(modules, "@vue/shared/index.js"),
    import.meta.filename,
    "@siteData",
  ]);
  assert.deepEqual(
    [...text.matchAll(/^## (\S+) - [\d.]+ \(MIT\)$/gm)].map(([, name]) => name),
    ["@vue/shared", "vue"],
  );
  assert.match(text, /Permission is hereby granted/);
});
