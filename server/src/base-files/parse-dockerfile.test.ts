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

test("limits the length of variables that contain each other", () => {
  const times = (count: number, text: string) => text.repeat(count);
  const growing = [
    `ARG A0=${times(100, "x")}`,
    ...[1, 2, 3].map((index) => `ARG A${index}=${times(100, `$A${index - 1}`)}`),
    `ARG B=${times(4, "$A3")}`,
    ...Array.from({ length: 25 }, (_, index) => `ARG C${index}=$Bx$B`),
    "FROM $C0",
  ].join("\n");
  assert.ok(growing.length < 2_000, "control: the file is short");
  const tooLong = (line: number) => ({ code: "invalid_input", message: new RegExp(`^Line ${line} of `) });
  assert.throws(() => parse(growing), tooLong(3));
  const value = `ARG A=${times(9_000, "x")}\n`;
  assert.deepEqual(referencesOf(`${value}FROM $A`), [times(9_000, "x")], "control");
  assert.throws(() => parse(`${value}FROM $A$A`), tooLong(2));
  const many = `${value}${times(200, "ARG B=$A\n")}FROM a`;
  assert.throws(() => parse(many), tooLong(112));
});

test("replaces a variable that has the name of an object's property", () => {
  assert.deepEqual(referencesOf("ARG constructor=x\nFROM a:$constructor"), ["a:x"]);
});
