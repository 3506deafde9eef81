import assert from "node:assert/strict";
import { test } from "node:test";
import type { Project } from "@tembo-io/sdk";
import { isSame } from "../../components/edit/is-same.ts";
import {
  comparedProject,
  diffProjectWords,
  invalidArg,
  noProject,
  sessionSizes,
  toProjectBody,
  toProjectWords,
} from "./project-words.ts";

const project: Project = {
  id: "p1",
  name: "Web",
  description: null,
  icon: "globe",
  color: "teal",
  sizes: ["micro", "medium"],
  defaultForSizes: ["small", "medium"],
  codeRepositoryIds: ["r1", "r2"],
  setupScript: "npm ci\n",
  agentInstructions: null,
  includeDeps: true,
  includeSkills: true,
  warmPoolEnabled: false,
  activeSnapshots: [],
  lastBuild: null,
  createdAt: "2026-01-01T00:00:00.000Z",
  updatedAt: "2026-01-01T00:00:00.000Z",
  source: { kind: "dockerfile", repositoryId: "r1", path: "Dockerfile", args: { A: "b=c", B: "" } },
  startScript: null,
  services: [
    { name: "db", command: "postgres", ready: { tcp: 5432 }, user: "user" },
    { name: "queue", command: "redis-server", ready: { command: "redis-cli ping" } },
    { name: "web", command: "npm run dev", ready: null },
  ],
  user: "root",
  containers: true,
  baseBranches: { r1: "dev" },
  refresh: true,
  isDefaultForRepositories: true,
  runsOn: ["gpu"],
};
const words = toProjectWords(project, (id) => `acme/${id}`);

test("keeps every field of a project, and sends nothing if nothing changed", () => {
  assert.deepEqual(words.repositories, [
    { id: "r1", name: "acme/r1" },
    { id: "r2", name: "acme/r2" },
  ]);
  const { source, services, baseBranches, setupScript, startScript } = toProjectBody(words);
  assert.deepEqual(
    { source, services, baseBranches, setupScript, startScript },
    {
      source: project.source,
      services: project.services,
      baseBranches: project.baseBranches,
      setupScript: "npm ci\n",
      startScript: null,
    },
  );
  assert.deepEqual(diffProjectWords(words, words), {});
});

test("does not count a renamed repository or a new service key as a change", () => {
  const renamed = toProjectWords(project, (id) => `acme/new-${id}`);
  const services = words.services.map((service) => ({ ...service, key: `${service.key}-2` }));
  assert.ok(isSame(comparedProject(words), comparedProject({ ...renamed, services })));
  assert.ok(!isSame(comparedProject(words), comparedProject({ ...words, services: services.slice(1) })));
});

test("sends only changed fields, without surrounding spaces, and null for an emptied text", () => {
  const next = {
    ...words,
    name: " Shop ",
    setupScript: " \n",
    description: "A shop",
    sizes: ["micro" as const],
  };
  assert.deepEqual(diffProjectWords(words, next), {
    name: "Shop",
    description: "A shop",
    setupScript: null,
    sizes: ["micro"],
    defaultForSizes: ["small"],
  });
});

test("keeps the form's other fields when the kind of source changes, but does not send them", () => {
  const image = { ...words, source: { ...words.source, kind: "image" as const, reference: " debian:13 " } };
  assert.deepEqual(diffProjectWords(words, image), { source: { kind: "image", reference: "debian:13" } });
  const back = { ...image, source: { ...image.source, kind: "dockerfile" as const } };
  assert.deepEqual(diffProjectWords(words, back), {});
  const devcontainer = { ...words, source: { ...words.source, kind: "devcontainer" as const } };
  assert.deepEqual(toProjectBody(devcontainer).source, { kind: "devcontainer", repositoryId: "r1" });
});

test("sends the registry of a Dockerfile only with its secret", () => {
  const source = { ...words.source, registry: " ghcr.io ", registrySecret: "LOGIN" };
  const body = toProjectBody({ ...words, source }).source;
  assert.deepEqual(body, { ...project.source, registry: "ghcr.io", registrySecret: "LOGIN" });
  const again = toProjectWords({ ...project, source: body }, String).source;
  assert.deepEqual([again.registry, again.registrySecret], ["ghcr.io", "LOGIN"]);
  const without = { ...words, source: { ...source, registrySecret: "" } };
  assert.deepEqual(toProjectBody(without).source, project.source);
});

test("keeps the default for small while another size changes, and drops it with micro", () => {
  const without = { ...words, defaultForSizes: ["small" as const] };
  assert.deepEqual(diffProjectWords(words, without), { defaultForSizes: ["small"] });
  assert.deepEqual(sessionSizes(words.sizes), ["micro", "small", "medium"]);
  assert.deepEqual(diffProjectWords(words, { ...words, sizes: ["medium"] }), {
    sizes: ["medium"],
    defaultForSizes: ["medium"],
  });
});

test("finds a build argument without a name or a value", () => {
  assert.equal(invalidArg("A=b=c\n\n B = d\nC=\n"), undefined);
  assert.deepEqual(["A=b\nTOKEN", "=x", " =x"].map(invalidArg), ["TOKEN", "=x", " =x"]);
});

test("removes what a removed repository or the user without root cannot have", () => {
  const one = { ...words, repositories: words.repositories.slice(1) };
  assert.deepEqual(diffProjectWords(words, one), { codeRepositoryIds: ["r2"], baseBranches: {} });
  assert.deepEqual(diffProjectWords(words, { ...words, repositories: [], user: "user" }), {
    codeRepositoryIds: [],
    baseBranches: {},
    user: "user",
    containers: false,
    isDefaultForRepositories: false,
  });
});

test("starts a new project with all sizes on the worker's system", () => {
  const body = toProjectBody({ ...noProject, name: "New" });
  assert.deepEqual(body.source, { kind: "machine" });
  assert.deepEqual(body.sizes, ["nano", "micro", "medium", "large", "xl"]);
  assert.ok(!("defaultForSizes" in body));
});
