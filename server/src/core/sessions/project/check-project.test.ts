import assert from "node:assert/strict";
import { test } from "node:test";
import { checkProject, requireContainersAllowed } from "./check-project.ts";
import type { Project } from "./project.ts";
import { aProject } from "./testing/a-project.ts";

const repositoryId = "0199f0a5-7c1e-7cc3-98c4-dc0c0c073902";
const service = { name: "db", command: "postgres", ready: { tcp: 5432 } } as const;

test("accepts a project that uses every field", () => {
  checkProject(
    aProject({
      repositoryIds: [repositoryId],
      baseBranches: { [repositoryId]: "develop" },
      source: {
        ...{ kind: "dockerfile", repositoryId, path: "docker/Dockerfile", args: { A: "b" } },
        ...{ registry: "registry.example.com:5000", registrySecret: "LOGIN" },
      },
      setupScript: "make",
      services: [
        { ...service, user: "root" },
        { ...service, name: "cache", ready: null },
      ],
      user: "root",
      allowsContainers: true,
      isDefaultForRepositories: true,
      defaultForSizes: ["small"],
    }),
  );
});

const refused: readonly [string, Partial<Project>, RegExp, string | undefined][] = [
  ["a blank name", { name: " " }, /"name" is empty/, "name"],
  ["a NUL character", { setupScript: "a\0" }, /NUL/, undefined],
  ["a NUL character in a service", { services: [{ ...service, command: "a\0" }] }, /NUL/, undefined],
  [
    "a NUL character in a build argument",
    { source: { kind: "dockerfile", repositoryId, path: "D", args: { A: "\0" } } },
    /NUL/,
    undefined,
  ],
  [
    "a credential for any registry",
    { source: { kind: "dockerfile", repositoryId, path: "D", registrySecret: "LOGIN" } },
    /needs "registry" and "registrySecret"/,
    "source.registry",
  ],
  [
    "a registry without a credential",
    { source: { kind: "devcontainer", repositoryId, registry: "ghcr.io" } },
    /needs "registry" and "registrySecret"/,
    "source.registrySecret",
  ],
  [
    "a registry that is not a host",
    { source: { kind: "devcontainer", repositoryId, registry: "https://ghcr.io", registrySecret: "LOGIN" } },
    /not the host of a registry/,
    "source.registry",
  ],
  ["two services with one name", { services: [service, service] }, /named "db"/, "services.1.name"],
  [
    "a service of root in a project without root",
    { services: [{ ...service, user: "root" }] },
    /Set "user" to "root"/,
    "services.0.user",
  ],
  ["containers without root", { allowsContainers: true }, /Containers need the user root/, "containers"],
  [
    "a default for a size that it lacks",
    { defaultForSizes: ["xl"] },
    /cannot be the default for xl/,
    "defaultForSizes",
  ],
  [
    "a default for repositories without repositories",
    { isDefaultForRepositories: true },
    /no repositories/,
    "isDefaultForRepositories",
  ],
  [
    "a branch of another repository",
    { baseBranches: { [repositoryId]: "main" } },
    /not in "codeRepositoryIds"/,
    "baseBranches",
  ],
  [
    "an invalid branch",
    { repositoryIds: [repositoryId], baseBranches: { [repositoryId]: "a..b" } },
    /not a valid branch name/,
    "baseBranches",
  ],
  [
    "an image that is an option",
    { source: { kind: "image", reference: "--privileged" } },
    /is not an image/,
    "source.reference",
  ],
  [
    "an image with a space",
    { source: { kind: "image", reference: "debian 13" } },
    /is not an image/,
    "source.reference",
  ],
  [
    "a path outside the repository",
    { source: { kind: "devcontainer", repositoryId, path: "../devcontainer.json" } },
    /not a valid git path/,
    "source.path",
  ],
];
for (const [what, change, message, field] of refused)
  test(`rejects ${what}`, () => {
    assert.throws(() => checkProject(aProject(change)), { code: "invalid_input", message, field });
  });

test("rejects containers if the operator refuses them", () => {
  const project = aProject({ user: "root", allowsContainers: true });
  assert.throws(() => requireContainersAllowed({ allowsContainers: false }, project), {
    code: "invalid_input",
    field: "containers",
    message: /TEMBO_CONTAINERS/,
  });
  requireContainersAllowed({ allowsContainers: true }, project);
  requireContainersAllowed({ allowsContainers: false }, aProject({}));
});
