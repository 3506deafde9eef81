import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { submodulesOf } from "./submodules.ts";

const own = "https://forge.example/acme/app.git";
const urls = (...lines: string[]) =>
  submodulesOf(
    lines.map((url, index) => `[submodule "s${index}"]\n\tpath = p${index}\n\turl = ${url}`).join("\n"),
    own,
  ).map(({ url }) => url);

test("parses names, paths and URLs as git writes them", () => {
  const text = `# ours\n[submodule "libs/one"]\n\tpath = libs/one\n\turl = https://forge.example/acme/one.git\n\tbranch = main\n[submodule "two words"]\n\turl = "../two.git" ; here\n\tpath = "libs/two words"\n[other]\n\turl = https://forge.example/no.git\n`;
  assert.deepEqual(submodulesOf(text, own), [
    { name: "libs/one", path: "libs/one", url: "https://forge.example/acme/one.git" },
    { name: "two words", path: "libs/two words", url: "https://forge.example/acme/two.git" },
  ]);
});

test("resolves relative URLs like git", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "tembo-submodules-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const git = (...args: string[]) =>
    execFileSync("git", args, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  const addresses = ["../two.git", "../../other/two.git", "./sub.git", "../group/two"];
  git("init", "--quiet");
  git("remote", "add", "origin", own);
  for (const [index, url] of addresses.entries()) {
    git("update-index", "--add", "--cacheinfo", `160000,${"1".repeat(40)},p${index}`);
    git("config", "--file", ".gitmodules", `submodule.s${index}.path`, `p${index}`);
    git("config", "--file", ".gitmodules", `submodule.s${index}.url`, url);
  }
  git("submodule", "init");
  assert.deepEqual(
    urls(...addresses),
    addresses.map((_, index) => git("config", `submodule.s${index}.url`)),
  );
});

test("drops URLs that do not belong to a forge", () => {
  assert.deepEqual(
    urls(
      "/etc",
      "file:///etc",
      "ext::sh -c id",
      "-u./payload",
      "https://-oProxyCommand=x/a",
      "../../../../../a.git",
      "../a/../../b",
      "",
    ),
    [],
  );
  assert.deepEqual(submodulesOf('[submodule "a"]\n\turl = ../a.git\n', own), []);
  assert.deepEqual(urls("git@forge.example:acme/a.git", "ssh://git@forge.example/acme/a.git").length, 2);
});

test("limits the number of submodules read from one file", () => {
  assert.equal(urls(...Array.from({ length: 1000 }, () => "../a.git")).length, 200);
});
