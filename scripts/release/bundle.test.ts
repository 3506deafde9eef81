import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { pathToFileURL } from "node:url";
import { bundle } from "./bundle.ts";

const nameSources = new URL("../../cli/src/platform/name-sources.ts", import.meta.url).href;

/** Bundles `app/src/main.ts` of a repository with these files. Returns the folder, and the imported packages. */
async function bundleOf(context: TestContext, files: Readonly<Record<string, string>>, namesSources = true) {
  const root = mkdtempSync(join(tmpdir(), "tembo-bundle-"));
  context.after(() => rmSync(root, { recursive: true }));
  for (const [path, text] of Object.entries(files)) write(join(root, "clone", path), text);
  const folder = join(root, "package");
  const packages = await bundle({
    root: join(root, "clone"),
    entry: "app/src/main.ts",
    folder,
    namesSources,
  });
  write(join(folder, "package.json"), '{ "type": "module" }');
  return { folder, main: join(folder, "app/src/main.js"), packages: [...packages] };
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** Runs the bundle, with the names of sources in stack traces if `names` is true. */
function run(main: string, names = true) {
  const hook = `import { nameSources } from ${JSON.stringify(nameSources)}; nameSources();`;
  const imported = names ? [`--import=data:text/javascript,${encodeURIComponent(hook)}`] : [];
  return spawnSync(process.execPath, [...imported, main], { encoding: "utf8" });
}

test("bundles the modules of an entry, and keeps packages and dynamic imports outside", async (context) => {
  const { folder, main, packages } = await bundleOf(context, {
    "app/src/main.ts": `import pg from "pg/lib/client";
import { join } from "node:path";
import { own } from "./deep/own.ts";
const late: string = "../../lib/late.ts";
export const load = async () => [await import(late), await import("@scope/name/x"), pg, join];
console.log(own);
`,
    "app/src/deep/own.ts": 'export const own: string = "own";\n',
    "app/src/unused.ts": "export {};\n",
    "lib/late.ts": "export const late = 1;\n",
  });
  assert.deepEqual(packages.sort(), ["@scope/name", "pg"]);
  assert.deepEqual(readdirSync(dirname(main)).sort(), [
    "late.js",
    "late.js.lines",
    "main.js",
    "main.js.lines",
  ]);
  assert.ok(!existsSync(join(folder, "lib")));
  assert.match(readFileSync(main, "utf8"), /import\("\.\/late\.js"\)/);
});

test("import.meta.url is the place that the module has in the clone", async (context) => {
  const { folder, main } = await bundleOf(context, {
    "app/src/main.ts": 'import { text } from "../../lib/read.ts";\nconsole.log(text);\n',
    "lib/read.ts": `import { readFileSync } from "node:fs";
export const text: string = readFileSync(new URL("data.txt", import.meta.url), "utf8");
`,
  });
  assert.notEqual(run(main).status, 0, "control: the file is missing");
  write(join(folder, "lib/data.txt"), "data beside the module");
  assert.equal(run(main).stdout, "data beside the module\n");
});

test("stack traces name the source and the line", async (context) => {
  const { folder, main } = await bundleOf(context, {
    "app/src/main.ts": `import { fail } from "./deep/fail.ts";
interface OnlyType { readonly a: string }
try {
  fail({ a: "x" } as OnlyType);
} catch (error) {
  console.log((error as Error).stack);
}
`,
    "app/src/deep/fail.ts": `/** Fails. */
export function fail(why: { readonly a: string }): never {
  throw new Error(why.a);
}
`,
  });
  const place = (file: string) => pathToFileURL(join(folder, file)).href;
  const first = `Error: x\n    at fail (${place("app/src/deep/fail.ts:3")})\n    at ${place("app/src/main.ts:4")}\n`;
  assert.equal(run(main).stdout.slice(0, first.length), first);
  assert.notEqual(run(main, false).stdout.slice(0, first.length), first, "control");
});

test("a program that does not name its sources has no table of them", async (context) => {
  const { main } = await bundleOf(context, { "app/src/main.ts": "console.log(1);\n" }, false);
  assert.deepEqual(readdirSync(dirname(main)), ["main.js"]);
});

test("the text has only ASCII characters, and prints others", async (context) => {
  const { main } = await bundleOf(context, {
    "app/src/main.ts": 'console.log(`caf\u00e9 \u2192 \u{1f600}`, /^\u{1f600}$/u.test("\u{1f600}"));\n',
  });
  assert.doesNotMatch(readFileSync(main, "utf8"), /[^\x00-\x7f]/);
  assert.equal(run(main).stdout, "caf\u00e9 \u2192 \u{1f600} true\n");
});

test("rejects a character outside of ASCII that an escape would change", async (context) => {
  const bundled = (text: string) =>
    bundleOf(context, { "app/src/main.ts": `const t = (s) => s;\nconsole.log(${text});\n` });
  for (const text of [
    "String.raw`\u2192`",
    "String.raw`a${t}\u2192`",
    "t`\u2192`",
    "`${t}\\\u2192`",
    "/\\\\\\\u2192/",
  ])
    await assert.rejects(bundled(text), /main\.js has a character outside of ASCII/, text);
  const { main } = await bundled(
    "`${t}\\\\\u2192`.slice(-2), String.raw`a ` + /\\\\\u2192/.test('\\\\\u2192')",
  );
  assert.equal(run(main).stdout, "\\\u2192 a true\n", "control: an even number of backslashes");
});

test("rejects a name that is only known at run time, in every form", async (context) => {
  const main = (text: string) =>
    bundleOf(context, { "app/src/main.ts": `const name = "./own.ts";\n${text}\n`, "app/src/own.ts": "" });
  for (const text of [
    "import(other)",
    "import(name + name)",
    "import(table[name])",
    "import(`./${name}.ts`)",
  ])
    await assert.rejects(main(`console.log(${text});`), /neither a literal nor a constant/, text);
  const { main: file } = await main("console.log(await import(\n  name\n));\n// import(other)");
  assert.equal(run(file).status, 0);
});

test("rejects addresses that a bundle changes, in every form", async (context) => {
  const main = (text: string) => bundleOf(context, { "app/src/main.ts": text });
  for (const text of [
    "console.log(import.meta.filename);",
    'console.log(import.meta["filename"]);',
    "console.log(import.meta?.dirname);",
    "console.log(import.meta.urls);",
    "const { dirname } = import.meta; console.log(dirname);",
  ])
    await assert.rejects(main(text), /Use import\.meta\.url/, text);
  const { main: file } = await main('console.log("import.meta.filename, import.meta.url", import.meta.url);');
  assert.match(run(file).stdout, /^import\.meta\.filename, import\.meta\.url file:/);
});

test("rejects a missing file", async (context) => {
  await assert.rejects(bundleOf(context, { "app/src/main.ts": 'import "./none.ts";\n' }), /none\.ts/);
});
