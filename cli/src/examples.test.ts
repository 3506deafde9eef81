import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { locateCursor, nextArgument, optionsOf } from "./complete/place.ts";
import { splitWords } from "./complete/words.ts";
import { examples } from "./examples.ts";
import { buildProgram } from "./program.ts";
import { testWorld } from "./testing/test-world.ts";

const { program } = buildProgram(testWorld());

test("every command group has examples, and every example belongs to a command", () => {
  const groups = program.commands.filter(({ commands }) => commands.length > 0).map((one) => one.name());
  assert.deepEqual(
    groups.filter((name) => !(name in examples)),
    [],
  );
  const known = new Set(["tembo", ...program.commands.map((one) => one.name())]);
  assert.deepEqual(
    Object.keys(examples).filter((name) => !known.has(name)),
    [],
  );
});

test("the help of a command shows the examples of its group that use it", () => {
  for (const words of [
    ...["list", "show", "diff", "merge", "close", "comment"].map((name) => ["pr", name]),
    ...["list", "files", "terminal"].map((name) => ["session", name]),
    ["repo", "remove"],
    ["open"],
  ]) {
    const command = locateCursor(program, words).command;
    const shown: string[] = [];
    command.configureOutput({ writeOut: (text) => void shown.push(text) }).outputHelp();
    assert.match(shown.join(""), new RegExp(`^  tembo ${words.join(" ")}( |$)`, "m"));
    assert.doesNotMatch(shown.join(""), /^ {2}tembo secret /m, "control");
  }
});

/** Returns the reason why a line is not valid in the command tree, or null if it is valid. */
function wrongWith(line: string): string | null {
  const words = splitWords(line.replace(/ > .*/, ""));
  const place = locateCursor(program, words);
  if (place.option !== null) return `${place.option.long} has no value`;
  const { commands, registeredArguments, options } = place.command;
  const isGroup = commands.length > 0 && registeredArguments.length === 0 && options.length === 0;
  if (isGroup) return `${place.command.name()} is a group`;
  const flags = optionsOf(place.command).map(({ long }) => long);
  const unknown = words.filter((word) => word.startsWith("--") && word !== "--" && !flags.includes(word));
  if (unknown.length > 0 && !words.includes("--")) return `unknown ${unknown.join(", ")}`;
  const most = place.command.registeredArguments;
  const next = nextArgument(place);
  // An argument with several values remains the next one after its first value.
  if (next?.required && place.operands.length < most.length) return `${next.name()} is missing`;
  if (place.operands.length > most.length && !most.at(-1)?.variadic) return "too many words";
  return null;
}

test("every example uses existing commands, options and arguments", () => {
  for (const [line] of Object.values(examples).flat()) assert.equal(wrongWith(line), null, line);
});

const root = join(import.meta.dirname, "../..");

/** A quoted string, which hides the characters in it. */
const quoted = /"(?:[^"\\]|\\.)*"|'[^']*'/.source;

/** Returns the `tembo` commands in shell blocks, without leading variables, comments and redirections. */
function commandsOf(markdown: string): string[] {
  return [...markdown.matchAll(/^ *```(?:sh|bash)\n(.*?)^ *```/gms)]
    .flatMap(([, block]) => block!.replaceAll(/\\\n\s*/g, "").split("\n"))
    .flatMap((line) => splitCommands(line.replaceAll(/\$\([^()]*\)/g, "SUBSTITUTED")))
    .map((command) => command.trim().replace(/^(?:[A-Z_]+=\S* )*/, ""))
    .filter((command) => command.startsWith("tembo "));
}

/** Splits a line at pipes, `&&` and `;`, and removes redirections and comments. */
function splitCommands(line: string): string[] {
  const parts = line.matchAll(new RegExp(`(?:${quoted}|[^"'|&;])+`, "g"));
  const rest = new RegExp(`^((?:${quoted}|[^"'])*?)\\s(?:#|2?[<>]).*$`, "s");
  // A comment hides the rest of the line.
  const commented = new RegExp(`^((?:${quoted}|[^"'])*?)(?:^|\\s)#.*$`, "s").exec(line)?.[1];
  if (commented !== undefined) return splitCommands(commented);
  return Array.from(parts, ([part]) => rest.exec(part)?.[1] ?? part);
}

test("every command in the README and the guides uses existing commands, options and arguments", () => {
  const files = ["README.md", ...globSync("docs/guides/*.md", { cwd: root })];
  const lines = files.flatMap((file) =>
    commandsOf(readFileSync(join(root, file), "utf8")).map((line) => ({ file, line })),
  );
  assert.ok(lines.length > 40);
  const wrong = lines.flatMap(({ file, line }) => {
    const why = wrongWith(line);
    return why === null ? [] : [`${file}: ${line}: ${why}`];
  });
  assert.deepEqual(wrong, []);
});

test("finds every use of the command in a shell block, and none outside", () => {
  const uses = {
    "tembo x \\\n  --y < f # why": ["tembo x --y"],
    "npm start": [],
    "tembo x a-$(date +%F) | jq .": ["tembo x a-SUBSTITUTED"],
    'tembo x "Fix #12 | a; b > c" --y': ['tembo x "Fix #12 | a; b > c" --y'],
    "A=1 B=$(pwd) tembo x && tembo y; tembo z | tembo w # tembo v": [
      "tembo x",
      "tembo y",
      "tembo z",
      "tembo w",
    ],
    "tembo x 2>log >f": ["tembo x"],
    "echo 'tembo x'": [],
  };
  for (const [line, commands] of Object.entries(uses)) {
    for (const block of [`\`\`\`sh\n${line}\n\`\`\`\n`, `  \`\`\`bash\n  ${line}\n  \`\`\`\n`]) {
      assert.deepEqual(commandsOf(block), commands, line);
    }
  }
  assert.deepEqual(commandsOf("`tembo z`\n```js\ntembo z\n```\n"), []);
});

test("control: reports each kind of invalid command line", () => {
  for (const [line, wrong] of [
    ["tembo session wach SESSION", "session is a group"],
    ["tembo session watch", "session is missing"],
    ["tembo session watch SESSION more", "too many words"],
    ["tembo session watch SESSION --fast", "unknown --fast"],
    ["tembo session create x --repo", "--repo has no value"],
  ] as const)
    assert.equal(wrongWith(line), wrong);
});

test("every command in the issue templates exists", () => {
  const files = globSync(".github/ISSUE_TEMPLATE/*.yml", { cwd: root });
  const commands = files.flatMap((file) =>
    [...readFileSync(join(root, file), "utf8").matchAll(/"(tembo [^"]+)"/g)].map(([, line]) => line!),
  );
  assert.ok(commands.length >= 2);
  for (const line of commands) assert.equal(wrongWith(line), null, line);
  assert.notEqual(wrongWith("tembo session events ID --json"), null, "control");
});
