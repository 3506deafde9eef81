import assert from "node:assert/strict";
import { test } from "node:test";
import { mark } from "./grammars.ts";
import { languageOf } from "./language-of.ts";

test("determines the language from a file's extension or name", () => {
  assert.deepEqual(
    ["src/a.ts", "b/Dockerfile", "Makefile", "x.tar.gz", "LICENSE", ".env", "constructor", "__proto__"].map(
      languageOf,
    ),
    ["ts", "dockerfile", "makefile", "gz", null, null, null, null],
  );
});

test("has a grammar for each common language, and none for unknown extensions", () => {
  const known =
    "ts tsx js jsx mjs py rs go rb java kt swift c cpp cs php sql css scss html vue json toml yml md sh";
  for (const language of known.split(" ")) assert.notEqual(mark("x", language), null, language);
  for (const language of ["gz", "txt-of-old", "constructor", "__proto__", null])
    assert.equal(mark("x", language), null, String(language));
});

test("does not highlight very long code, or code with a very long line", () => {
  const line = `${"ab ".repeat(333)}\n`;
  const most = line.repeat(100);
  assert.equal(most.length, 100_000);
  assert.notEqual(mark(most, "ts"), null);
  assert.equal(mark(`${most}\n`, "ts"), null);
  assert.notEqual(mark("x".repeat(1_000), "ts"), null);
  assert.equal(mark(`a\n${"x".repeat(1_001)}`, "ts"), null);
});

test("preserves the text, and interprets no tags in it", () => {
  const code = 'const a = "<img src=x onerror=alert(1)>"; // \u202e\n';
  const joinText = (nodes: NonNullable<ReturnType<typeof mark>>): string =>
    nodes
      .map((node) =>
        node.type === "text"
          ? node.value
          : node.type === "element"
            ? joinText(node.children as typeof nodes)
            : "",
      )
      .join("");
  assert.equal(joinText(mark(code, "ts")!), code);
});
