import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { launchSpecs } from "../plug-ins.ts";

const root = join(import.meta.dirname, "../../../..");
/** Files that may contain a harness's name, and the reasons. */
const allowed: Readonly<Record<string, string>> = {
  "server/src/config.ts": "the agent of sessions that name none",
  "server/src/doctor.ts": "the harness that is installed unless another is asked for",
  "cli/src/commands/harness/harness.ts": "an example in the help",
};

/** Names that also have another meaning: a model family, and a position in a list. */
const ambiguous = new Set(["gemini", "cursor"]);

test("only the launch specs and the listed exceptions contain harness names", () => {
  const files = globSync(["{server,cli,sdk}/src/**/*.ts"], { cwd: root }).filter(
    (file) => !/\.test\.ts$|\/testing\/|\/harness\/(?:specs|real|stub)\//.test(file),
  );
  assert.ok(files.length > 300, "control: the source files were found");
  const names = launchSpecs.map(({ name }) => name).filter((name) => !ambiguous.has(name));
  const literal = new RegExp(`["'\`](?:${names.join("|")})(?:["'\`]|:)`, "g");
  const found = files.flatMap((file) =>
    [...withoutComments(readFileSync(join(root, file), "utf8")).matchAll(literal)].map(
      (match) => `${file} names ${match[0]}`,
    ),
  );
  const unexpected = found.filter(
    (line) => !Object.keys(allowed).some((file) => line.startsWith(`${file} `)),
  );
  assert.deepEqual(unexpected, []);
});

function withoutComments(code: string): string {
  return code.replaceAll(/\/\*[\s\S]*?\*\//g, "").replaceAll(/^\s*\/\/.*$/gm, "");
}
