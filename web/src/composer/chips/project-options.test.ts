import assert from "node:assert/strict";
import { test } from "node:test";
import { NO_PROJECT } from "../draft.ts";
import { projectOptions } from "./project-options.ts";

const projects = [{ id: "p1", name: "Shop" }];
const valuesOf = (selectedId: string, listed = projects) =>
  projectOptions(listed, selectedId).map(({ value }) => value);

test("lists the projects, and the selected project even if it was deleted", () => {
  assert.deepEqual(valuesOf(""), [NO_PROJECT, "p1"]);
  assert.deepEqual(valuesOf("p1"), [NO_PROJECT, "p1"]);
  assert.deepEqual(valuesOf(NO_PROJECT), [NO_PROJECT, "p1"]);
  assert.deepEqual(valuesOf("deleted"), [NO_PROJECT, "p1", "deleted"]);
  assert.deepEqual(valuesOf("deleted", []), [NO_PROJECT, "deleted"]);
});

test("calls a project unavailable only if the projects were loaded", () => {
  assert.equal(projectOptions([], "p1").at(-1)?.label, "Unavailable project");
  assert.deepEqual(projectOptions(null, "p1").at(-1), { value: "p1", label: "Project (not loaded)" });
});
