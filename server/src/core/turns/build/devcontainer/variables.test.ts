import assert from "node:assert/strict";
import { test } from "node:test";
import { resolveVariables, splitVariables } from "./variables.ts";

const folder = "/workspace/app";

test("replaces the variables of a file, and leaves those of a shell", () => {
  const split = (text: string) => splitVariables(text, folder).filter((part) => part !== "");
  assert.deepEqual(
    split("${containerWorkspaceFolder}/x ${localWorkspaceFolderBasename}").join(""),
    "/workspace/app/x app",
  );
  assert.deepEqual(split("a${containerEnv:A} ${containerEnv:B:other}"), [
    "a",
    { name: "A", other: "" },
    " ",
    { name: "B", other: "other" },
  ]);
  assert.equal(split("${localEnv:C:d}${localEnv:E}!").join(""), "d!");
  assert.equal(split("${A} ${A:-b} $A ${unknown:x}").join(""), "${A} ${A:-b} $A ${unknown:x}");
});

test("resolves variables that refer to the image and to containerEnv", () => {
  const file = {
    containerEnv: { BIN: "${containerWorkspaceFolder}/bin", PATH: "/own:${containerEnv:PATH}", GONE: "x" },
    remoteEnv: {
      PATH: "${containerEnv:BIN}:${containerEnv:PATH}",
      OTHER: "${containerEnv:NONE:default}${containerEnv:toString}",
      GONE: null,
      IMAGE_ONLY: null,
    },
  };
  assert.deepEqual(
    resolveVariables({ PATH: "/usr/bin", KEPT: "${containerEnv:PATH}", IMAGE_ONLY: "y" }, file, folder),
    {
      PATH: "/workspace/app/bin:/own:/usr/bin",
      KEPT: "${containerEnv:PATH}",
      BIN: "/workspace/app/bin",
      OTHER: "default",
    },
  );
});
