import assert from "node:assert/strict";
import { test } from "node:test";
import { parseScript, ScriptError } from "./parse-script.ts";
import { splitIntoReplies, steps } from "./steps.ts";

test("parses every step with its arguments", () => {
  const text = `Do this: SCRIPT(say("a, (b)"), think('it\\'s "so"'), write("a/b.txt", "one\\ntwo"),
    edit("f", "old", "new"), read("f"), bash("echo )", 5000), slow(3, 10), sleepTool(7), endless, endless(1),
    fail(429, 2), fail, cut, title("T"), tool("mcp__x", {"a": [1, {"b": "}"}]})) and nothing more`;
  assert.deepEqual(parseScript(text), [
    steps.say("a, (b)"),
    steps.think(`it's "so"`),
    steps.write("a/b.txt", "one\ntwo"),
    steps.edit("f", "old", "new"),
    steps.read("f"),
    steps.bash("echo )", 5000),
    steps.slow(3, 10),
    steps.sleepTool(7),
    steps.endless(),
    steps.endless(1),
    steps.fail(429, 2),
    steps.fail(),
    steps.cut(),
    steps.title("T"),
    steps.tool("mcp__x", { a: [1, { b: "}" }] }),
  ]);
});

test("returns the last script in a text, even if it is empty, and undefined if there is none", () => {
  assert.deepEqual(parseScript('SCRIPT(say("a")) then SCRIPT()'), []);
  assert.equal(parseScript("Fix the login. A script (short) would do."), undefined);
});

test("preserves line breaks, tabs and escapes in single-quoted and double-quoted strings", () => {
  assert.deepEqual(parseScript('SCRIPT(say("a\n\tb\\u00e9"), say(\'c\n\\"d\\" \\\\\'))'), [
    steps.say("a\n\tbé"),
    steps.say('c\n"d" \\'),
  ]);
});

for (const [wrong, message] of [
  ['SCRIPT(jump("x"))', /Unknown step "jump".*Use one of say, think/],
  ["SCRIPT(constructor)", /Unknown step "constructor"/],
  ['SCRIPT(say("a"', /Expected "," or "\)"/],
  ['SCRIPT(say("a") say("b"))', /Expected "," or "\)".*say\("b"\)/],
  ["SCRIPT(say(hello))", /Expected a JSON value or a quoted string/],
  ["SCRIPT(say(1))", /The step say expects \(string\), not \[1\]/],
  ["SCRIPT(say)", /The step say expects \(string\), not \[\]/],
  ['SCRIPT(read("a", "b"))', /The step read expects/],
  ['SCRIPT(tool("x", [1]))', /The step tool expects/],
  ['SCRIPT(tool("x", {a: 1}))', /is not a JSON value/],
  ['SCRIPT(tool("x", {"a": 1', /Expected a closing bracket/],
] as const) {
  test(`rejects ${wrong}`, () => {
    assert.throws(
      () => parseScript(wrong),
      (error) => error instanceof ScriptError && message.test(error.message),
    );
  });
}

test("splits a script into replies, each with the text before its tool call", () => {
  const script = [
    steps.say("a"),
    steps.read("f"),
    steps.title("T"),
    steps.bash("ls"),
    steps.say("b"),
    steps.say("c"),
  ];
  assert.deepEqual(splitIntoReplies(script), [
    { parts: [steps.say("a")], tool: steps.read("f") },
    { parts: [], tool: steps.bash("ls") },
    { parts: [steps.say("b"), steps.say("c")], tool: undefined },
  ]);
  assert.deepEqual(splitIntoReplies([steps.bash("ls")]).length, 1);
});
