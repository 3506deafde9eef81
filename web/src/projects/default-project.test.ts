import assert from "node:assert/strict";
import { test } from "node:test";
import type { Project } from "@tembo-io/sdk";
import { findDefaultProject } from "./default-project.ts";

const project = (id: string, fields: Partial<Project>) =>
  ({
    id,
    codeRepositoryIds: null,
    isDefaultForRepositories: false,
    sizes: ["micro", "medium"],
    defaultForSizes: [],
    ...fields,
  }) as Project;

const both = project("both", { codeRepositoryIds: ["r1", "r2"], isDefaultForRepositories: true });
const one = project("one", { codeRepositoryIds: ["r1"], isDefaultForRepositories: true });
const large = project("large", { defaultForSizes: ["large"] });
const projects = [both, one, large, project("off", { codeRepositoryIds: ["r3"] })];
const chosen = (repositoryIds: string[], size: string | null = null) =>
  findDefaultProject(projects, { repositoryIds, size, defaultSize: "large" })?.id ?? null;

test("chooses the default project with the fewest repositories that contains all of the session's", () => {
  assert.equal(chosen(["r1"]), "one");
  assert.equal(chosen(["r2", "r1"]), "both");
});

test("chooses the default project for the size if none has the repositories or the size", () => {
  assert.equal(chosen(["r3"]), "large");
  assert.equal(chosen([]), "large");
  assert.equal(chosen(["r1"], "large"), "large");
  assert.equal(chosen(["r1"], "small"), "one");
});

test("chooses no project if no default matches", () => {
  assert.equal(chosen([], "medium"), null);
  assert.equal(findDefaultProject(projects, { repositoryIds: [], size: null, defaultSize: null }), null);
});
