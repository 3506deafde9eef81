import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { type BuiltImage, buildImage } from "./testing/build-image.ts";
import { runInside } from "./testing/run-inside.ts";

const programs = ["buildah", "mmdebstrap", "bwrap", "setpriv"];
const missing = programs.filter((name) => spawnSync(name, ["--version"]).error !== undefined);
const skip =
  (process.getuid!() !== 0 && "needs root") || (missing.length > 0 && `needs ${missing.join(", ")}`);

/** Prints the version of each tool of docs/guides/base-image.md. */
const versionCommands = [
  "cat /etc/debian_version",
  ...["bash", "git", "git-lfs", "curl", "wget", "jq", "rg", "fd", "rsync", "zip", "zstd", "gpg"].map(
    (tool) => `${tool} --version`,
  ),
  ...["gcc", "g++", "make", "cmake", "ninja", "autoconf", "automake", "pkg-config"].map(
    (tool) => `${tool} --version`,
  ),
  ...["node", "npm", "pnpm", "yarn", "corepack", "python", "python3", "pip", "pipx"].map(
    (t) => `${t} --version`,
  ),
  ...["go version", "rustc --version", "cargo --version", "cargo clippy --version", "rustfmt --version"],
  ...["javac --version", "mvn --version", "ruby --version", "gem --version", "bundle --version"],
  ...["php --version", "composer --version", "sqlite3 --version", "psql --version", "postgres --version"],
  ...["redis-server --version", "redis-cli --version", "chromium --version", "chromedriver --version"],
  ...["podman", "crun", "podman-compose", "catatonit"].map((tool) => `${tool} --version`),
  "ssh -V 2>&1",
];

/** Compiles or runs a program for each language, without a network. Each prints "hello". */
const helloScripts: Readonly<Record<string, string>> = {
  C: `printf '#include <stdio.h>\\nint main(void) { puts("hello"); }' >a.c; cc -Wall a.c -o a; ./a`,
  "C++ with CMake": `
    printf '#include <iostream>\\nint main() { std::cout << "hello"; }' >a.cpp
    printf 'cmake_minimum_required(VERSION 3.20)\\nproject(a CXX)\\nadd_executable(a a.cpp)' >CMakeLists.txt
    cmake -G Ninja -B build >/dev/null; cmake --build build >/dev/null; build/a`,
  Go: `
    go mod init example.test/a 2>/dev/null
    printf 'package main\\nimport "fmt"\\nfunc main() { fmt.Println("hello") }' >main.go
    printf 'package main\\nimport "testing"\\nfunc TestMain_(t *testing.T) { main() }' >main_test.go
    go test ./... >/dev/null; go run .`,
  Rust: `
    cargo init --quiet --name a; printf 'fn main() {\\n    println!("hello");\\n}\\n' >src/main.rs
    cargo fmt --check; cargo clippy --quiet --offline; cargo test --quiet --offline >/dev/null; cargo run --quiet --offline`,
  Java: `
    printf 'class A { public static void main(String[] args) { System.out.println("hello"); } }' >A.java
    javac A.java; jar --create --file a.jar --main-class A A.class; java -jar a.jar`,
  "JavaScript with npm, pnpm and Yarn": `
    printf '{ "scripts": { "greet": "node -p \\\\"String(1)\\\\"" } }' >package.json
    npm run --silent greet; pnpm run --silent greet; yarn run --silent greet; node -p '"hello"'`,
  "C++ for Node.js": `
    printf '{ "targets": [{ "target_name": "a", "sources": ["a.cc"] }] }' >binding.gyp
    printf '{ "name": "a", "version": "1.0.0" }' >package.json
    cat >a.cc <<'END'
#include <node_api.h>
#include <openssl/ssl.h>
static napi_value start(napi_env env, napi_value exports) {
  napi_create_string_utf8(env, "hello", 5, &exports);
  return exports;
}
NAPI_MODULE(a, start)
END
    npm_config_nodedir=/usr/local npm install --no-audit >/dev/null 2>&1; node -p 'require("./build/Release/a.node")'`,
  Python: `
    python -m venv .venv; .venv/bin/pip --version >/dev/null
    cat >a.c <<'END'
#include <Python.h>
int main(void) { Py_Initialize(); PyRun_SimpleString("import ssl, sqlite3; print('hello')"); return Py_FinalizeEx(); }
END
    cc a.c $(python3-config --includes --ldflags --embed) -o a; ./a`,
  Ruby: `
    touch Gemfile; mkdir extension; printf 'void Init_hello(void) {}' >extension/hello.c
    (cd extension; ruby -r mkmf -e 'create_makefile("hello")' >/dev/null; make >/dev/null)
    bundle exec ruby -I extension -r openssl -r yaml -e 'require "hello"; puts "hello"'`,
  PHP: `
    printf '{ "autoload": { "files": ["a.php"] } }' >composer.json; printf '<?php echo strrev("olleh");' >a.php
    composer dump-autoload --quiet; php -r 'require "vendor/autoload.php"; new PDO("sqlite::memory:");'`,
  Git: `
    git init --quiet; git -c user.name=a -c user.email=a@example.test commit --quiet --allow-empty -m hello
    git lfs track '*.bin' >/dev/null; git log --format=%s`,
};

describe("the base image", { skip }, () => {
  let image: BuiltImage;
  before(() => {
    image = buildImage();
  });
  after(() => image?.remove());

  test("has the tools that its page lists, except uv", async (context) => {
    for (const command of versionCommands) {
      const output = await runInside(image.rootFolder, command);
      context.diagnostic(`${command}: ${/\S.*\d.*/.exec(output)?.[0]}`);
    }
    context.diagnostic(`${image.megabytes} MB, built in ${image.buildSeconds.toFixed(0)} s`);
    await assert.rejects(runInside(image.rootFolder, "no-such-tool --version"), /not found/, "control");
  });

  for (const [language, script] of Object.entries(helloScripts)) {
    test(`builds and runs a program in ${language}`, async () => {
      assert.match(await runInside(image.rootFolder, script), /hello\n?$/);
    });
  }

  test("runs PostgreSQL and Redis without privileges", async () => {
    const answers = await runInside(
      image.rootFolder,
      `initdb -D ~/data >/dev/null 2>&1; pg_ctl -D ~/data -l ~/log -o '-k /tmp' -w start >/dev/null
       psql -h /tmp -Atc "select 'hello' from pg_database where datname = 'postgres' and encoding = 6" postgres
       pg_ctl -D ~/data -m fast -w stop >/dev/null
       redis-server --dir ~ --unixsocket /tmp/redis --daemonize yes >/dev/null
       timeout 20 sh -c 'until redis-cli ping >/dev/null 2>&1; do :; done'
       redis-cli set key hello; redis-cli get key; redis-cli shutdown nosave`,
    );
    assert.equal(answers, "hello\nOK\nhello\n");
  });

  test("shows a page in Chromium, with fonts for Latin, Chinese and emoji", async () => {
    const page = "<p id=p></p><script>p.append(`hel` + `lo`)</script>";
    const shown = await runInside(
      image.rootFolder,
      `chromium --headless --dump-dom 'data:text/html,${page}' 2>/dev/null`,
    );
    assert.match(shown, /<p id="p">hello<\/p>/);
    for (const language of ["en", "zh-cn", "und-zsye"])
      assert.match(await runInside(image.rootFolder, `fc-list :lang=${language}`), /\.ttf|\.ttc/, language);
  });

  test("contains no user, no variables that a session would miss, no package lists and no build secrets", () => {
    const read = (path: string) => readFileSync(join(image.rootFolder, path), "utf8");
    assert.equal(image.config.User ?? "", "");
    assert.deepEqual(image.config.Env.map((entry) => entry.replace(/=.*/, "")).sort(), ["LANG", "PATH"]);
    const people = read("etc/passwd")
      .split("\n")
      .filter((line) => Number(line.split(":")[2]) >= 1_000);
    assert.deepEqual(
      people.map((line) => line.split(":")[0]),
      ["nobody"],
    );
    assert.deepEqual(readdirSync(join(image.rootFolder, "var/lib/apt/lists")), []);
    for (const secret of [
      "etc/apt/apt.conf.d/99build",
      "run/secrets/ca.pem",
      "root/.npmrc",
      "root/.config/pip/pip.conf",
    ])
      assert.equal(existsSync(join(image.rootFolder, secret)) && read(secret) !== "", false, secret);
  });

  test("reads packages from a snapshot only if one is chosen", () => {
    const current = readFileSync(join(image.rootFolder, "etc/apt/sources.list.d/debian.sources"), "utf8");
    assert.match(current, /^URIs: http:\/\/deb\.debian\.org\/debian\n.*\n.*\nCheck-Valid-Until: yes$/m);
    assert.deepEqual(image.sourcesAt("20261101T000000Z").match(/^(?:URIs|Suites|Check-Valid-Until): .*/gm), [
      "URIs: http://snapshot.debian.org/archive/debian/20261101T000000Z",
      "Suites: trixie trixie-updates",
      "Check-Valid-Until: no",
      "URIs: http://snapshot.debian.org/archive/debian-security/20261101T000000Z",
      "Suites: trixie-security",
      "Check-Valid-Until: no",
    ]);
  });

  test("installs uv only from the wheels whose hashes the repository contains", async () => {
    const requirements = readFileSync(join(import.meta.dirname, "uv.txt"), "utf8");
    const version = /^uv==(\S+)/m.exec(requirements)![1]!;
    const makeWheel = `
      python - <<'PYTHON'
import zipfile
with zipfile.ZipFile("uv-${version}-py3-none-any.whl", "w") as wheel:
    wheel.writestr(zipfile.ZipInfo("uv-${version}.dist-info/METADATA"), "Metadata-Version: 2.1\\nName: uv\\nVersion: ${version}\\n")
    wheel.writestr(zipfile.ZipInfo("uv-${version}.dist-info/WHEEL"), "Wheel-Version: 1.0\\nGenerator: a\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
    wheel.writestr(zipfile.ZipInfo("uv-${version}.dist-info/RECORD"), "")
PYTHON`;
    const install = "pip install --quiet --no-index --find-links . --no-deps --require-hashes";
    await assert.rejects(
      runInside(image.rootFolder, `${makeWheel}\n${install} -r /usr/local/share/uv.txt`),
      /DO NOT MATCH THE HASHES/,
    );
    const sums = await runInside(image.rootFolder, `${makeWheel}\nsha256sum *.whl`);
    const hash = sums.slice(0, 64);
    const accepted = `${makeWheel}\necho 'uv==${version} --hash=sha256:${hash}' >uv.txt; ${install} -r uv.txt; pip list`;
    assert.match(await runInside(image.rootFolder, accepted), new RegExp(`^uv +${version}$`, "m"), "control");
  });
});
