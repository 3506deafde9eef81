import assert from "node:assert/strict";
import { test } from "node:test";
import { withoutRegistrySecret } from "./registry-credential.ts";

test("keeps the credential of the registry out of sandboxes, but masks it", () => {
  const secrets = {
    environment: { LOGIN: "user:password", OTHER: "x" },
    bound: [],
    values: [{ key: "LOGIN", value: "user:password" }],
  };
  for (const source of [
    { kind: "image", reference: "app", registrySecret: "LOGIN" },
    { kind: "dockerfile", repositoryId: "r", path: "D", registry: "ghcr.io", registrySecret: "LOGIN" },
    { kind: "devcontainer", repositoryId: "r", registry: "ghcr.io", registrySecret: "LOGIN" },
  ] as const) {
    const { environment, values } = withoutRegistrySecret(secrets, source);
    assert.deepEqual(environment, { OTHER: "x" }, source.kind);
    assert.deepEqual(values, secrets.values);
  }
  assert.deepEqual(withoutRegistrySecret(secrets, { kind: "machine" }), secrets);
});
