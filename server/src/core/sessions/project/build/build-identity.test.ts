import assert from "node:assert/strict";
import { test } from "node:test";
import { type BuildInputs, buildFoundation, buildIdentity } from "./build-identity.ts";

const inputs: BuildInputs = {
  baseDigest: "sha256:base",
  recipe: {
    setupScript: "make",
    installsDependencies: true,
    includesSkills: true,
    user: "user",
    allowsContainers: false,
  },
  repositories: [
    { id: "one", branch: "main", commit: "aa" },
    { id: "two", branch: "dev", commit: null },
  ],
  variables: [
    { key: "A", version: "1" },
    { key: "B", version: "2" },
  ],
  secrets: [
    { key: "C", version: "1" },
    { key: "D", version: "2" },
  ],
};

test("has the form of a SHA-256 and is the same for the same inputs", () => {
  assert.match(buildIdentity(inputs), /^[0-9a-f]{64}$/);
  assert.equal(buildIdentity(structuredClone(inputs)), buildIdentity(inputs));
});

test("ignores the order of variables and secrets", () => {
  const { variables, secrets } = inputs;
  const turned = { ...inputs, variables: variables.toReversed(), secrets: secrets.toReversed() };
  assert.equal(buildIdentity(turned), buildIdentity(inputs));
});

test("ignores the settings of sessions", () => {
  const recipe = { ...inputs.recipe, includesSkills: false, allowsContainers: true };
  assert.equal(buildIdentity({ ...inputs, recipe }), buildIdentity(inputs));
});

const changes: Readonly<Record<string, Partial<BuildInputs>>> = {
  "base layer": { baseDigest: null },
  "order of repositories": { repositories: inputs.repositories.toReversed() },
  branch: { repositories: [{ ...inputs.repositories[0]!, branch: "other" }, inputs.repositories[1]!] },
  "commit of a branch": {
    repositories: [{ ...inputs.repositories[0]!, commit: "ab" }, inputs.repositories[1]!],
  },
  "setup script": { recipe: { ...inputs.recipe, setupScript: "make all" } },
  user: { recipe: { ...inputs.recipe, user: "root" } },
  "installation of dependencies": { recipe: { ...inputs.recipe, installsDependencies: false } },
  "value of a secret": { secrets: [{ key: "C", version: "3" }, inputs.secrets[1]!] },
  "value of a variable": { variables: [{ key: "A", version: "3" }, inputs.variables[1]!] },
  "set of variables": { variables: [inputs.variables[0]!] },
};
for (const [what, change] of Object.entries(changes))
  test(`changes with the ${what}`, () => {
    assert.notEqual(buildIdentity({ ...inputs, ...change }), buildIdentity(inputs));
  });

test("changes with the format version", () => {
  assert.notEqual(buildIdentity(inputs, null, 2), buildIdentity(inputs, null, 1));
});

test("changes with the environment on which an incremental build starts", () => {
  const identities = [null, "a", "b"].map((builtOn) => buildIdentity(inputs, builtOn));
  assert.equal(new Set(identities).size, 3);
});

test("has a foundation that changes with everything but the commits", () => {
  const foundation = buildFoundation(inputs);
  const isSame = Object.entries(changes).map(([what, change]) => [
    what,
    buildFoundation({ ...inputs, ...change }) === foundation,
  ]);
  assert.deepEqual(
    isSame.filter(([, same]) => same),
    [["commit of a branch", true]],
  );
});
