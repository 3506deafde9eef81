import assert from "node:assert/strict";
import { test } from "node:test";
import { directoriesFor } from "./directories.ts";

test("a repository's folder bears its name", () => {
  assert.deepEqual(directoriesFor([{ owner: "org", name: "app" }]), ["app"]);
});

test("equal names are told apart by the owner, then by a number, also where letter case does not count", () => {
  assert.deepEqual(
    directoriesFor([
      { owner: "one", name: "app" },
      { owner: "two", name: "App" },
      { owner: "two", name: "app" },
      { owner: "two", name: "app" },
    ]),
    ["app", "App-two", "app-2", "app-3"],
  );
});
