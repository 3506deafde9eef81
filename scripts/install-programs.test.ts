import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { neededPackages } from "./install-tests/compose/machine.ts";

const root = join(import.meta.dirname, "..");

/** Returns a run of .ci/install-programs on a machine whose apt-get is these shell lines. */
function makeMachine(context: TestContext, aptGet: string) {
  const folder = mkdtempSync(join(tmpdir(), "tembo-programs-"));
  context.after(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, "bin"));
  writeFileSync(join(folder, "bin/apt-get"), `#!/bin/bash\n${aptGet}\n`, { mode: 0o755 });
  const script = readFileSync(join(root, ".ci/install-programs"), "utf8");
  writeFileSync(join(folder, "script"), script.replaceAll("=/usr/", `=${folder}/usr/`));
  return (...args: string[]) => {
    const { status, stdout } = spawnSync("/bin/bash", [join(folder, "script"), ...args], {
      encoding: "utf8",
      env: { PATH: join(folder, "bin"), FOLDER: folder },
    });
    return { status, stdout };
  };
}

test("skips missing programs, and fails with --required", (context) => {
  const run = makeMachine(context, "exit 100");
  const skipped = run();
  assert.equal(skipped.status, 0);
  assert.match(
    skipped.stdout,
    /^These packages could not be installed: runsc .* openssh-client .*\.\n.*skipped\.\n$/,
  );
  const failed = run("--required");
  assert.deepEqual(failed, { status: 1, stdout: skipped.stdout.replace(/\n.*\n$/, "\n") });
});

test("reports a program that its package does not contain", (context) => {
  const run = makeMachine(
    context,
    // Installs each package as a program with the name of the package.
    `PATH=/usr/bin:/bin; for name; do [[ $name = -* ]] || touch "$FOLDER/bin/$name"; done; chmod +x "$FOLDER"/bin/*`,
  );
  const { status, stdout } = run("--required");
  assert.equal(status, 1);
  assert.match(stdout, / openssh-client /);
  assert.doesNotMatch(stdout, / runsc /);
});

test("prints nothing if all programs are installed", (context) => {
  const run = makeMachine(
    context,
    `PATH=/usr/bin:/bin
    cd "$FOLDER/bin" && touch runsc gh glab git-lfs ssh-keygen chromium mkfs.erofs tar2sqfs docker-registry skopeo buildah podman crun podman-compose \
      caddy radosgw ceph-osd ceph-mon ceph docker-compose promtool shellcheck kubectl go datamodel-codegen && chmod +x *
    mkdir -p "$FOLDER"/usr/share/gocode/src/github.com/Masterminds/sprig "$FOLDER"/usr/lib/python3/dist-packages/datamodel_code_generator`,
  );
  assert.deepEqual(run("--required"), { status: 0, stdout: "" });
});

test("the tests of each change and of each night run with all programs", () => {
  for (const name of ["ci.yml", "nightly.yml"]) {
    const workflow = readFileSync(join(root, ".github/workflows", name), "utf8");
    assert.match(workflow, /- run: \.ci\/install-programs --required\n {6}- run: /, name);
    assert.doesNotMatch(workflow, /install-programs\n/, name);
  }
});

test("the nightly tests install the packages of the Compose test, and the guide names them", () => {
  const guide = readFileSync(join(root, "docs/guides/containers.md"), "utf8");
  const workflow = readFileSync(join(root, ".github/workflows/nightly.yml"), "utf8");
  const texts = [
    /^It needs root and these packages of Debian: [^.]*/m.exec(guide),
    /^ {2}packages:\n(?: {4}.*\n)*/m.exec(workflow),
  ];
  const needed = Object.keys(neededPackages);
  for (const text of texts) {
    const words = new Set(text?.[0].split(/[\s,]+/));
    assert.deepEqual(
      needed.filter((name) => !words.has(name)),
      [],
      text?.input,
    );
  }
});
