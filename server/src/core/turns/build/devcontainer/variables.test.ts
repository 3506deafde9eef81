import assert from "node:assert/strict";
import { test } from "node:test";
import { variablesOf } from "../image-variables.ts";
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

test("limits variables that repeat each other, before it creates them", () => {
  const times = (count: number, name: string) => `\${containerEnv:${name}}`.repeat(count);
  const image = variablesOf([`B=${"x".repeat(60_000)}`]);
  const none = { containerEnv: {}, remoteEnv: {} };
  const rejects = (file: Partial<typeof none>, message: RegExp) =>
    assert.throws(() => resolveVariables(image, { ...none, ...file }, folder), {
      code: "invalid_input",
      message,
    });
  const sixteen = Object.fromEntries(Array.from({ length: 6 }, (_, index) => [`C${index}`, times(16, "A")]));
  rejects({ containerEnv: { A: times(100, "B") }, remoteEnv: sixteen }, /64 KiB when A is replaced/);
  rejects({ containerEnv: { A: times(1, "B"), D: times(1, "B") } }, /64 KiB when D is replaced/);
  rejects(
    { remoteEnv: { A: times(1, "B") } },
    /dev container and its image set variables of more than 64 KiB/,
  );
  const replaced = { containerEnv: { A: times(1, "B") }, remoteEnv: { B: null } };
  assert.deepEqual(Object.keys(resolveVariables(image, replaced, folder)), ["A"], "control");
});
