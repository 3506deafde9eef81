import assert from "node:assert/strict";
import { test } from "node:test";
import { mark } from "./grammars.ts";
import { languageOf } from "./language-of.ts";

test("a file's name speaks of its language, by its ending or by itself", () => {
  assert.deepEqual(
    ["src/a.ts", "b/Dockerfile", "Makefile", "x.tar.gz", "LICENSE", ".env", "constructor", "__proto__"].map(
      languageOf,
    ),
    ["ts", "dockerfile", "makefile", "gz", null, null, null, null],
  );
});

test("there is a grammar for what teams write most, and none for what is no code", () => {
  const known =
    "ts tsx js jsx mjs py rs go rb java kt swift c cpp cs php sql css scss html vue json toml yml md sh";
  for (const language of known.split(" ")) assert.notEqual(mark("x", language), null, language);
  for (const language of ["gz", "txt-of-old", "constructor", "__proto__", null])
    assert.equal(mark("x", language), null, String(language));
});

test("code that is very long, or has a very long line, is not highlighted", () => {
  const line = `${"ab ".repeat(333)}\n`;
  const most = line.repeat(100);
  assert.equal(most.length, 100_000);
  assert.notEqual(mark(most, "ts"), null);
  assert.equal(mark(`${most}\n`, "ts"), null);
  assert.notEqual(mark("x".repeat(1_000), "ts"), null);
  assert.equal(mark(`a\n${"x".repeat(1_001)}`, "ts"), null);
});

test("what is marked is the same text, without a tag of its own", () => {
  const code = 'const a = "<img src=x onerror=alert(1)>"; // \u202e\n';
  const textOf = (nodes: NonNullable<ReturnType<typeof mark>>): string =>
    nodes
      .map((node) =>
        node.type === "text"
          ? node.value
          : node.type === "element"
            ? textOf(node.children as typeof nodes)
            : "",
      )
      .join("");
  assert.equal(textOf(mark(code, "ts")!), code);
});
