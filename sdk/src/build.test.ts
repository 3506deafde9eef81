import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const tsc = fileURLToPath(import.meta.resolve("typescript/bin/tsc"));
const stranger = mkdtempSync(join(tmpdir(), "tembo-sdk-"));
after(() => rmSync(stranger, { recursive: true, force: true }));

test("the published package is JavaScript and types that need nothing beside it", () => {
  execFileSync(process.execPath, [join(root, "scripts/build.ts")], { cwd: root, stdio: "pipe" });
  const installed = join(stranger, "node_modules/@tembo-io/sdk");
  cpSync(join(root, "dist"), installed, { recursive: true });
  const { dependencies = {}, devDependencies = {} } = JSON.parse(
    readFileSync(join(installed, "package.json"), "utf8"),
  );
  assert.deepEqual({ ...dependencies, ...devDependencies }, {});
  for (const file of readdirSync(installed)) {
    if (!/[.](js|d[.]ts)$/.test(file)) continue;
    const imports = readFileSync(join(installed, file), "utf8").matchAll(/\bfrom "([^"]+)"/g);
    for (const [, specifier] of imports)
      assert.match(specifier!, /^(\.\/|node:)/, `${file} imports ${specifier}`);
  }

  writeFileSync(join(stranger, "package.json"), '{ "type": "module" }');
  writeFileSync(
    join(stranger, "use.ts"),
    `import Tembo, { NotFoundError } from "@tembo-io/sdk";
const client = new Tembo({ apiKey: "My API Key" });
export const create = () => client.session.create({ prompt: "Fix it", agent: "claudeCode:claude-opus-4-5" });
// @ts-expect-error a prompt is text
export const wrong = () => client.session.create({ prompt: 1 });
console.log(typeof Tembo, NotFoundError.name);
`,
  );
  const strict = ["--strict", "--module", "nodenext", "--target", "es2022", "--skipLibCheck", "false"];
  execFileSync(
    process.execPath,
    [tsc, ...strict, "--lib", "es2023,dom,dom.iterable,dom.asynciterable", "use.ts"],
    {
      cwd: stranger,
      stdio: "pipe",
    },
  );
  assert.equal(
    execFileSync(process.execPath, ["use.js"], { cwd: stranger, encoding: "utf8" }),
    "function NotFoundError\n",
  );
});
