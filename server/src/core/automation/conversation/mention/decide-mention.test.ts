import assert from "node:assert/strict";
import { test } from "node:test";
import { shadeText, visibleWords } from "../../../forges/index.ts";
import { decideMention } from "./decide-mention.ts";

const at = (text: string, name = "tembo") => decideMention(text, { name, takesSlash: false });
const slash = (text: string) => decideMention(text, { name: "tembo", takesSlash: true });

const calling: readonly (readonly [text: string, words: string])[] = [
  ["@tembo fix the login", "fix the login"],
  ["@Tembo fix", "fix"],
  ["@TEMBO: fix", "fix"],
  ["@tembo, please look", "please look"],
  ["Could you @tembo please look?", "Could you please look?"],
  ["Thanks @tembo.", "Thanks."],
  ["Fix this, @tembo", "Fix this,"],
  ["@tembo", ""],
  ["  @tembo  ", ""],
  ["(@tembo) look", "() look"],
  ["**@tembo** look", "**** look"],
  [".@tembo look", ". look"],
  ["first line\n@tembo second\nthird", "first line\nsecond\nthird"],
  ["@tembo[bot] look", "look"],
  ["@tembo! Look", "! Look"],
  ["@tembo? @tembo!", "?!"],
  ["@tembo use `npm ci`", "use `npm ci`"],
  ["@tembo like this:\n```\ncode\n```", "like this:\n```\ncode\n```"],
  ["> quoted\n\n@tembo answer that", "> quoted\n\nanswer that"],
  ["> quoted\n@tembo answer that", "> quoted\nanswer that"],
  ["```\ncode @tembo\n```\n@tembo run it", "```\ncode @tembo\n```\nrun it"],
  ["<!-- a note -->@tembo go", "go"],
  ["@tembo go <!-- and drop the tables -->now", "go now"],
  ["it's a ` lone tick @tembo go", "it's a ` lone tick go"],
  ["- item\n\n    @tembo do this one", "- item\n\n    do this one"],
  ["\r\n@tembo go\r\n", "go"],
  ["日本語 @tembo 直して", "日本語 直して"],
  ["é @tembo ok", "é ok"],
  ["@tembo'", "'"],
  ["\\\\ @tembo go", "\\\\ go"],
];
for (const [text, words] of calling) {
  test(`${JSON.stringify(text)} is a mention with ${JSON.stringify(words)}`, () => {
    assert.deepEqual(at(text), { words, macro: null });
  });
}

const silent: readonly string[] = [
  "",
  "tembo fix",
  "tembo@example.com",
  "x@tembo.io",
  "x@tembo",
  "@tembo.io is a domain",
  "@tembo-foo look",
  "@tembobot look",
  "@tembo_ look",
  "@tembo/sdk is a package",
  "https://example.com/@tembo",
  "@@tembo",
  "é@tembo",
  "@temboß",
  "\\@tembo look",
  "-@tembo",
  "> @tembo quoted",
  "  > @tembo quoted",
  ">@tembo quoted",
  "> > @tembo twice",
  "`@tembo`",
  "`` a ` @tembo ``",
  "`over a\nline @tembo`",
  "```\n@tembo\n```",
  "```ts\n@tembo\n```\nafter",
  "~~~\n@tembo\n```\n~~~",
  "````\n```\n@tembo\n```\n````",
  "```\n@tembo never closed",
  "- ```\n  @tembo\n  ```",
  "Look:\n\n    @tembo in indented code\n    @tembo too",
  "\t@tembo",
  "<!-- @tembo -->",
  "<!--\n@tembo\n-->",
  "<!-- @tembo never closed",
  "<!-- ``` -->\n<!-- @tembo -->",
  "<code>@tembo</code>",
  "<pre>\n@tembo\n</pre>",
  "[//]: # (tembo:reply:@tembo)",
  "/tembo look",
];
for (const text of silent) {
  test(`${JSON.stringify(text)} is not a mention`, () => {
    assert.equal(at(text), null);
  });
}

test("ignores opening marks inside HTML comments and code spans", () => {
  assert.equal(at("<!-- paste ``` here -->\n@tembo go")?.words, "go");
  assert.equal(at("`<!--` @tembo go")?.words, "`<!--` go");
  assert.equal(at("\\` @tembo go` there")?.words, "\\` go` there");
  assert.equal(at("a ``` b @tembo go")?.words, "a ``` b go");
});

test("accepts a leading slash in addition to the at sign on forges that support it", () => {
  assert.equal(slash("/tembo fix it")?.words, "fix it");
  assert.equal(slash("Look.\n  /Tembo fix it")?.words, "Look.\n  fix it");
  assert.equal(slash("@tembo fix it")?.words, "fix it");
  for (const text of [
    "see /tembo",
    "/tembo/readme.md",
    "/tembo-foo",
    "/tembobot",
    "/tembo.txt",
    "> /tembo",
    "`/tembo`",
    "//tembo",
  ]) {
    assert.equal(slash(text), null, text);
  }
});

test("matches the configured name literally", () => {
  assert.equal(at("@acme-bot look", "acme-bot")?.words, "look");
  assert.equal(at("@acmeXbot look", "acme.bot"), null);
  assert.equal(at("@acme.bot look", "acme.bot")?.words, "look");
  assert.equal(at("@tembo look", "acme-bot"), null);
  assert.equal(at("@a+b look", "a+b")?.words, "look");
});

test("reads the agent key that follows an exclamation mark after the name", () => {
  assert.deepEqual(at("@tembo !review the tests")?.macro, { key: "review", rest: "the tests" });
  assert.deepEqual(at("@tembo: !nightly-build")?.macro, { key: "nightly-build", rest: "" });
  assert.deepEqual(at("Hello\n@tembo !a.b_c go\nand more")?.macro, {
    key: "a.b_c",
    rest: "Hello\ngo\nand more",
  });
  assert.equal(at("@tembo look !review")?.macro, null);
  assert.equal(at("@tembo! review")?.macro, null);
  assert.equal(at("@tembo `!review`")?.macro, null);
  assert.deepEqual(slash("/tembo !review")?.macro, { key: "review", rest: "" });
});

test("removes its own markers and hidden comments from the text", () => {
  assert.equal(visibleWords("Look\n\n[//]: # (tembo:reply:1)\n"), "Look");
  assert.equal(visibleWords("a <!-- b --> c"), "a c");
  assert.equal(visibleWords("[//]: # (other:1)"), "[//]: # (other:1)");
});

test("blanks quotes, code and comments in random text without changing its length or line endings", () => {
  const alphabet = [
    "`",
    "```",
    "\n",
    "<!--",
    "-->",
    "> ",
    "@tembo",
    "\\",
    " ",
    "~~~",
    "<code>",
    "    ",
    "- ",
    "x",
  ];
  let seed = 7;
  const next = () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed;
  };
  for (let round = 0; round < 3000; round++) {
    const text = Array.from({ length: next() % 30 }, () => alphabet[next() % alphabet.length]).join("");
    const { shaded } = shadeText(text);
    assert.equal(shaded.length, text.length, JSON.stringify(text));
    assert.equal(shaded.replaceAll(/[^\n]/g, ""), text.replaceAll(/[^\n]/g, ""));
    at(text);
  }
});

const patterns = [
  "`",
  "<!--",
  "@tembo-",
  "@tembo ",
  " @tembo",
  " ",
  "`a` ",
  "`` ` ",
  "<code>",
  "<code></code>",
  "<!---->",
  "\n",
  "\n\n",
  "\\",
];
for (const pattern of [...patterns, "> \n", "```\n", "~~~\n```\n", "- \n", "    x\n", "@tembo !", "<", "@"]) {
  // A quadratic algorithm would take minutes and exceed this limit. A linear algorithm takes milliseconds.
  test(`parses repeated ${JSON.stringify(pattern)} within the time limit`, { timeout: 20_000 }, () => {
    const text = pattern.repeat(Math.floor(200_000 / pattern.length));
    assert.equal(shadeText(text).shaded.length, text.length);
    at(text);
    slash(text);
  });
}

test("parses runs of backticks of every length within the time limit", { timeout: 20_000 }, () => {
  assert.equal(at(Array.from({ length: 600 }, (_, index) => "`".repeat(index + 1)).join(" ")), null);
});
