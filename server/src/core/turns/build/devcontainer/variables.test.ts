import assert from "node:assert/strict";
import { test } from "node:test";
import { replaceVariables } from "./variables.ts";

test("replaces the variables of a file, and leaves those of a shell", () => {
  const places = { workspaceFolder: "/workspace/app", env: { A: "a" } };
  const replace = (text: string) => replaceVariables(text, places);
  assert.equal(
    replace("${containerWorkspaceFolder}/x ${localWorkspaceFolderBasename}"),
    "/workspace/app/x app",
  );
  assert.equal(
    replace("${containerEnv:A} ${containerEnv:B:other} ${localEnv:C:d}${localEnv:E}"),
    "a other d",
  );
  assert.equal(replace("${A} ${A:-b} $A ${unknown:x}"), "${A} ${A:-b} $A ${unknown:x}");
});
