import assert from "node:assert/strict";
import { test } from "node:test";
import { parseChallenge } from "./challenge.ts";

test("parses the challenges of registries", () => {
  assert.deepEqual(parseChallenge('Basic realm="x"'), { scheme: "basic" });
  assert.deepEqual(
    parseChallenge(
      'Bearer realm="https://auth.example/token",service="registry",scope="repository:a/b:pull,push"',
    ),
    {
      scheme: "bearer",
      realm: "https://auth.example/token",
      service: "registry",
      scope: "repository:a/b:pull,push",
    },
  );
  assert.deepEqual(parseChallenge("bearer realm=https://auth.example/token"), {
    scheme: "bearer",
    realm: "https://auth.example/token",
    service: null,
    scope: null,
  });
});

test("ignores challenges that are missing, unknown or without a realm", () => {
  for (const header of [null, "", "Negotiate", 'Bearer service="x"', `${" ".repeat(5_000)}Basic`])
    assert.equal(parseChallenge(header), null);
});
