import assert from "node:assert/strict";
import { test } from "node:test";
import { parseDockerfile } from "./parse-dockerfile.ts";

const parse = (text: string, target: string | null = null, args = {}) =>
  parseDockerfile(text, { target, args });
const referencesOf = (text: string, target: string | null = null, args = {}) =>
  parse(text, target, args).images.map(({ reference }) => reference);

test("lists the images that the stages up to the target read, but no stages", () => {
  const text = `ARG VERSION=13
ARG BASE="debian:\${VERSION}"
FROM --platform=$BUILDPLATFORM $BASE AS Tools
FROM tools
COPY --from=0 /a /a
COPY --from=nginx:1 /b /b
RUN --mount=type=bind,from=busybox:1,target=/x true
FROM scratch
FROM \${OTHER:-alpine:3} AS last
COPY --from=TOOLS /a /a
FROM unused:1`;
  const found = ["debian:13", "nginx:1", "busybox:1", "alpine:3"];
  assert.deepEqual(referencesOf(text, "LAST"), found);
  assert.deepEqual(referencesOf(text), [...found, "unused:1"]);
  assert.deepEqual(referencesOf(text, "tools", { VERSION: "12" }), ["debian:12"]);
  assert.deepEqual(parse(text, "tools").images, [{ reference: "debian:13", texts: ["$BASE"] }]);
});

test("keeps the lines of instructions, also after comments, continuations and here-documents", () => {
  const text = "# syntax=x\nFROM a\nRUN one && \\\n  # note\n  two\nRUN <<END\nFROM fake\nEND\ncopy a b\n";
  assert.deepEqual(parse(text).stages, [
    [
      { keyword: "FROM", line: 2 },
      { keyword: "RUN", line: 3 },
      { keyword: "RUN", line: 6 },
      { keyword: "COPY", line: 9 },
    ],
  ]);
});

test("knows whether a step reads the build context", () => {
  const reads = (step: string) => parse(`FROM a AS b\nFROM c\n${step}`).readsContext;
  for (const step of ["COPY a b", "ADD a b", "RUN --mount=type=bind,target=/x true", "ONBUILD COPY a b"])
    assert.ok(reads(step), step);
  for (const step of ["RUN true", "COPY --from=b a b", "RUN --mount=from=b,target=/x true", "ENV A=b"])
    assert.ok(!reads(step), step);
});

test("rejects a file without stages, a missing target and too many images", () => {
  const invalid = (message: RegExp) => ({ code: "invalid_input", message });
  assert.throws(() => parse("RUN true"), invalid(/no FROM/));
  assert.throws(() => parse("FROM a AS b", "c"), invalid(/no stage "c"/));
  const many = Array.from({ length: 21 }, (_, index) => `FROM a:${index}`).join("\n");
  assert.throws(() => parse(many), invalid(/21 images/));
});
