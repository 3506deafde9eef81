import assert from "node:assert/strict";
import { test } from "node:test";
import { isSameRegistry, parseReference } from "./reference.ts";

const digest = `sha256:${"a".repeat(64)}`;

test("parses references like the docker command", () => {
  const cases: readonly (readonly [string, string, string, string])[] = [
    ["debian", "https://registry-1.docker.io", "library/debian", "latest"],
    ["debian:13", "https://registry-1.docker.io", "library/debian", "13"],
    ["docker.io/debian:13", "https://registry-1.docker.io", "library/debian", "13"],
    ["owner/name", "https://registry-1.docker.io", "owner/name", "latest"],
    [`ghcr.io/o/r:tag@${digest}`, "https://ghcr.io", "o/r", digest],
    ["registry.corp.example:5000/a/b/c:1", "https://registry.corp.example:5000", "a/b/c", "1"],
    ["localhost/x", "http://localhost", "x", "latest"],
    ["127.0.0.1:5000/x:y", "http://127.0.0.1:5000", "x", "y"],
  ];
  for (const [text, origin, repository, version] of cases) {
    const found = parseReference(text);
    assert.deepEqual([found.origin, found.repository, found.version], [origin, repository, version], text);
  }
});

test("rejects references that are malformed or lead to another path of the registry", () => {
  const malformed = [
    "",
    "UPPER/case",
    "a/../b",
    "ghcr.io/../v2/secret",
    "ghcr.io/o/r?x=1",
    "ghcr.io/o/r#x",
    "user:password@ghcr.io/o/r",
    "ghcr.io/o/r@sha256:short",
    "ghcr.io/o/r:tag:tag",
    "ghcr.io:port/o/r",
    "https://ghcr.io/o/r",
    `a${"/a".repeat(200)}`,
    "debian:13 --privileged",
    "debian:13\nHost: other",
  ];
  for (const text of malformed)
    assert.throws(() => parseReference(text), { code: "invalid_input" }, JSON.stringify(text));
});

test("compares registries by the server that they lead to", () => {
  assert.ok(isSameRegistry("GHCR.io", "ghcr.io"));
  assert.ok(isSameRegistry("ghcr.io:443", "ghcr.io"));
  assert.ok(isSameRegistry("docker.io", "registry-1.docker.io"));
  for (const other of ["ghcr.io.example.com", "ghcr.io:444", "not-ghcr.io", "", "ghcr.io@example.com"])
    assert.ok(!isSameRegistry("ghcr.io", other), other);
});
