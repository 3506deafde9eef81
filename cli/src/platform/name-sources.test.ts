import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { pathToFileURL } from "node:url";

const folder = mkdtempSync(join(tmpdir(), "tembo-names-"));
after(() => rmSync(folder, { recursive: true }));
const hook = `import { nameSources } from ${JSON.stringify(new URL("./name-sources.ts", import.meta.url).href)}; nameSources();`;

/** Runs a file `main.js` with this table beside it, which is a folder if it is null. Returns the output of its errors. */
function run(code: string, table: string | null): string {
  const place = mkdtempSync(join(folder, "bundle-"));
  const main = join(place, "main.js");
  writeFileSync(join(place, "package.json"), '{ "type": "module" }');
  writeFileSync(main, code);
  if (table === null) mkdirSync(`${main}.lines`);
  else writeFileSync(`${main}.lines`, table);
  const imported = `--import=data:text/javascript,${encodeURIComponent(hook)}`;
  const { status, stdout, stderr } = spawnSync(process.execPath, [imported, main], { encoding: "utf8" });
  assert.equal(status, 0, stderr);
  return stdout.replaceAll(pathToFileURL(place).href, "");
}

/** Returns a table in which each line has this source and line. */
function tableOf(...lines: readonly (readonly [source: number, line: number])[]): string {
  const bytes = Buffer.alloc(lines.length * 4);
  for (const [index, value] of lines.flat().entries()) bytes.writeUInt16LE(value, index * 2);
  return JSON.stringify({ sources: ["", "own.ts"], lines: bytes.toString("base64") });
}

const failing = 'const fail = () => new Error("x");\nconsole.log(fail().stack);\n';

test("keeps the file and line of the bundle if the table is short, corrupt or unreadable", () => {
  const named = "Error: x\n    at fail (/own.ts:7)\n    at /own.ts:9\n";
  assert.ok(run(failing, tableOf([1, 7], [1, 9])).startsWith(named), "control: a table names the source");
  const unnamed = "Error: x\n    at fail (/main.js:1:20)\n    at /main.js:2:13\n";
  for (const table of [
    null,
    "",
    "{",
    "{}",
    '{"sources":["","own.ts"],"lines":5}',
    tableOf([1, 7], [1, 9]).replace('"sources":["","own.ts"],', ""),
  ])
    assert.ok(run(failing, table).startsWith(unnamed), `${table}`);
  const half = "Error: x\n    at fail (/own.ts:7)\n    at /main.js:2:13\n";
  assert.ok(run(failing, tableOf([1, 7])).startsWith(half), "a table without the second line");
});

test("keeps the error of a socket if the table is corrupt", () => {
  const destroying = `import { Socket } from "node:net";
new Socket().on("error", ({ message }) => console.log(message)).destroy(new Error("reset"));
`;
  assert.equal(run(destroying, "{"), "reset\n");
});

test("the first line of a stack trace is that of Node, with the code of Node's errors", () => {
  const invalid = 'try { Buffer.from(5); } catch (error) { console.log(error.stack.split("\\n")[0]); }\n';
  assert.match(run(invalid, "{"), /^TypeError \[ERR_INVALID_ARG_TYPE\]: The first argument must be/);
  const missing = `import { readFileSync } from "node:fs";
try { readFileSync("/none"); } catch (error) { console.log(error.stack.split("\\n")[0]); }
`;
  assert.equal(run(missing, "{"), "Error: ENOENT: no such file or directory, open '/none'\n");
});
