import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { buffer } from "node:stream/consumers";
import type { TestContext } from "node:test";
import { type Sandbox, writeTrackedFiles } from "../../core/turns/index.ts";
import { afterwards } from "../testing/afterwards.ts";
import type { TestedName } from "../testing/make-provider.ts";
import { shell, specOf } from "../testing/run-in-sandbox.ts";
import type { Subject, Suite } from "./suite.ts";

const never = new AbortController().signal;

/** Name of a repository's folder, with characters that a shell, sed(1) or printf(1) could interpret. */
const hostileName = "-a b&'\"$(x)%s\\n";

/** Describes everything that git and the programs of a session see. */
const description = `
git status --porcelain; git diff HEAD; git diff --cached; git fsck --no-dangling 2>&1
find . -name .git -prune -o '(' -type f -o -type l ')' -printf '%p %M %l ' -exec cksum '{}' ';' | sort`;

export function testChanges(suite: Suite, name: TestedName): void {
  suite("restores a repository from its changes", async (t, subject) => {
    const { sandbox } = subject;
    await inRepository(
      sandbox,
      hostileName,
      `printf 'ignored\\n/node_modules\\n' > .gitignore
      for file in same changed gone staged program; do echo 1 > $file; done
      mkdir folder; echo 1 > folder/same; ln -s same link; chmod +x program
      git add .; git commit -qm first
      echo 2 > changed; rm gone; echo 2 > staged; git add staged; echo 3 > staged; echo 1 > added; git add -N added
      for file in ./-new "$(printf 'a\\nb')" 'back\\slash' '*' '"'; do echo new > "$file"; done; ln -s /dev/null out
      mkdir node_modules; echo x > node_modules/x; echo x > ignored`,
    );
    const restored = await transfer(t, subject, [hostileName]);
    const names = (
      await shell(restored, 'cd "./$1" && git ls-files -z --deleted | tr "\\0" " "', hostileName)
    ).stdout;
    assert.equal(
      names,
      ".gitignore folder/same gone link program same ",
      "the archive contains only changes",
    );
    await shell(restored, "cp -a .tembo-saved /tmp/kept");
    await writeTrackedFiles(restored, [hostileName], never);
    await inRepository(sandbox, hostileName, "git clean -qdfX");
    await assertSame(sandbox, restored, hostileName);
    assert.notEqual((await shell(restored, "ls -d .tembo-saved")).code, 0);
    await shell(restored, 'mv /tmp/kept .tembo-saved; rm "./$1/same"', hostileName);
    await writeTrackedFiles(restored, [hostileName], never);
    await assertSame(sandbox, restored, hostileName);
  });

  suite("restores links, folders and repositories that replaced a file of a repository", async (t, subject) => {
    const { sandbox } = subject;
    await inRepository(sandbox, "elsewhere", "echo elsewhere > file; git add .; git commit -qm first");
    await inRepository(
      sandbox,
      "app",
      `mkdir linked; for file in linked/file folder kept marked assumed; do echo 1 > $file; done
      git -c protocol.file.allow=always submodule --quiet add ../elsewhere sub; git add .; git commit -qm first
      git checkout -q -b other; echo 1 > both; git add both; git commit -qm second
      git checkout -q -; echo 2 > both; git add both; git commit -qm third; git merge -q other || true
      rm -rf linked folder; ln -s ../elsewhere linked; mkdir folder; echo 2 > folder/file
      git update-index --skip-worktree marked; git update-index --assume-unchanged assumed
      echo 2 > marked; echo 2 > assumed; echo 2 > sub/more
      git init -q nested; echo 2 > nested/file`,
    );
    const restored = await transfer(t, subject, ["elsewhere", "app"]);
    await writeTrackedFiles(restored, ["elsewhere", "app"], never);
    for (const repository of ["elsewhere", "app", "app/sub"]) await assertSame(sandbox, restored, repository);
  });

  suite("archives a folder completely if git cannot list its files", async (t, { provider, sandbox }) => {
    await inRepository(sandbox, "real", "echo x > ignored; echo ignored > .gitignore");
    await shell(
      sandbox,
      `mkdir -p broken/.git file; echo "gitdir: ../real/.git" > file/.git; ln -s real link
      for folder in broken file; do echo ignored > $folder/.gitignore; echo x > $folder/ignored; done
      mkdir .tembo-saved; echo forged > .tembo-saved/broken; echo top > ./-top; mkfifo pipe`,
    );
    const names = ["broken", "file", "link", "-top", "missing", "../real"];
    const restored = await transfer(t, { provider, sandbox }, names);
    const { stdout } = await shell(
      restored,
      "ls -d broken/ignored file/ignored .tembo-saved; readlink link; cat ./-top",
    );
    assert.equal(stdout, "broken/ignored\nfile/ignored\nreal\ntop\n");
    assert.equal((await shell(restored, "cat real/ignored")).stdout, "x\n", "it is not in the list of names");
  });

  suite("reports a tracked file that cannot be restored", async (t, subject) => {
    await inRepository(subject.sandbox, "app", "echo 1 > file; git add .; git commit -qm first");
    const restored = await transfer(t, subject, ["app"]);
    await shell(restored, "find app/.git/objects -type f -delete");
    const restoring = writeTrackedFiles(restored, ["app"], never);
    await assert.rejects(restoring, {
      code: "git_failed",
      message: /^Tracked files could not be restored: .*/s,
    });
    assert.equal((await shell(restored, "ls -d .tembo-saved")).code, 0, "a later attempt continues");
  });

  suite("leaves out paths of a folder, without patterns", async (_t, { sandbox }) => {
    await shell(
      sandbox,
      'cd "$HOME"; mkdir -p .cache a/.cache a/b; echo x > .cache/x; echo x > a/.cache/x; echo x > a/b/x',
    );
    const archive = sandbox.exportFolder("home", never, { paths: [".cache", "a/b", "a/*"] });
    const names = execFileSync("tar", ["--list"], { input: await buffer(archive), encoding: "utf8" });
    assert.deepEqual(names.match(/.*\/x$/gm), ["./a/.cache/x"]);
  });

  // Without isolation, a workspace is never read-only.
  if (name === "unsafe-local") return;

  suite("archives the changes in a read-only workspace", async (t, subject) => {
    const { provider, sandbox } = subject;
    await inRepository(
      sandbox,
      "app",
      "echo 1 > file; echo 1 > gone; git add .; git commit -qm first; rm gone",
    );
    await sandbox.stop();
    const reading = await provider.create({ ...specOf(), isWorkspaceReadOnly: true });
    afterwards(t, () => reading.stop());
    const restored = await transfer(t, { provider, sandbox: reading }, ["app"]);
    await writeTrackedFiles(restored, ["app"], never);
    await assertSame(reading, restored, "app");
  });
}

/** Runs a script in a git repository with this name, which it creates if it is missing. */
async function inRepository(sandbox: Sandbox, name: string, script: string): Promise<void> {
  const beginning =
    'set -e; git init -q -- "./$1"; cd "./$1"; git config user.name a; git config user.email a@b';
  const { code, stderr } = await shell(sandbox, `${beginning}\n${script}`, name);
  assert.equal(code, 0, stderr);
}

/** Restores the changes of a sandbox's repositories in another sandbox. */
async function transfer(
  t: TestContext,
  { provider, sandbox }: Pick<Subject, "provider" | "sandbox">,
  names: readonly string[],
): Promise<Sandbox> {
  const restored = await provider.create(specOf(2));
  afterwards(t, () => restored.stop());
  const archive = sandbox.exportFolder("workspace", never, { filesInGitOf: names });
  await restored.importFolder("workspace", archive, never);
  return restored;
}

async function assertSame(expected: Sandbox, actual: Sandbox, name: string): Promise<void> {
  const describe = async (sandbox: Sandbox) => {
    const { code, stdout, stderr } = await shell(sandbox, `cd "./$1" || exit; ${description}`, name);
    assert.equal(code, 0, stderr);
    return stdout;
  };
  assert.equal(await describe(actual), await describe(expected));
}
