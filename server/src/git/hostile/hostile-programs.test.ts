import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { commitAll, plainGit, shell, signal } from "../git-fixture.ts";
import { runGit } from "../process/run-git.ts";
import { type LocatedRemote, serverProgram } from "../remote/locate-remote.ts";
import { files, startHostile, wholeTurn } from "./hostile-fixture.ts";

test("does not run a planted fsmonitor", async (t) => {
  const world = await startHostile(t);
  shell(world.site, `git config core.fsmonitor 'touch ${world.marks}/fsmonitor; false'; echo x > new.txt`);
  const { headSha } = await world.capture();
  await world.push(headSha!);
  assert.ok(files(world, headSha!).includes("new.txt"));
  assert.deepEqual(world.ran(), []);
  world.harness("add", "--all");
  assert.deepEqual(world.ran(), ["fsmonitor"], "control");
});

test("does not run planted filters, diff drivers or merge drivers", async (t) => {
  const world = await startHostile(t);
  shell(
    world.site,
    `git config filter.evil.clean 'touch ${world.marks}/clean; cat'; git config filter.evil.process 'touch ${world.marks}/process'
     git config filter.evil.smudge 'touch ${world.marks}/smudge; cat'; git config diff.evil.command 'touch ${world.marks}/diff'
     git config diff.evil.textconv 'touch ${world.marks}/textconv; cat'; git config merge.evil.driver 'touch ${world.marks}/merge'
     echo '* filter=evil diff=evil merge=evil' > .gitattributes; echo x > new.txt`,
  );
  const { headSha } = await world.capture();
  await world.git.diff(
    { site: world.site, from: null, to: headSha!, maxPatchBytes: 1000 },
    new AbortController().signal,
  );
  await world.push(headSha!);
  assert.deepEqual(world.ran(), []);
  shell(world.site, "git config --unset filter.evil.process; touch new.txt; echo y > new.txt; git add --all");
  assert.deepEqual(world.ran(), ["clean"], "control");
});

test("does not run planted hooks, either from the hooks folder or from core.hooksPath", async (t) => {
  const world = await startHostile(t);
  shell(
    world.site,
    `mkdir -p .git/hooks planted; for hook in pre-commit post-commit post-index-change reference-transaction post-checkout pre-push; do
       printf '#!/bin/sh\\ntouch ${world.marks}/%s\\n' $hook > .git/hooks/$hook; cp .git/hooks/$hook planted; chmod +x .git/hooks/$hook planted/$hook; done
     git config core.hooksPath planted; rm -f ${world.marks}/*; echo x > new.txt`,
  );
  const { headSha } = await world.capture();
  await world.push(headSha!);
  assert.deepEqual(world.ran(), []);
  world.harness("commit", "--quiet", "--allow-empty", "-m", "control");
  assert.ok(world.ran().includes("pre-commit"), "control");
});

const mark = (marks: string, name: string) => `'touch ${marks}/${name}; false'`;

/**
 * Settings that start a program or refer to other locations. Each entry has a command that triggers the setting in the harness's own git.
 */
const planted: [string, (marks: string) => string, string][] = [
  [
    "core.sshCommand",
    (m) => `git config core.sshCommand ${mark(m, "ran")}`,
    "git ls-remote ssh://x@127.0.0.1/x",
  ],
  [
    "core.gitProxy",
    (m) => `printf '#!/bin/sh\ntouch ${m}/ran' > p; chmod +x p; git config core.gitProxy $PWD/p`,
    "git ls-remote git://127.0.0.1/x",
  ],
  [
    "include.path",
    (m) => `git config -f more core.fsmonitor ${mark(m, "ran")}; git config include.path $PWD/more`,
    "git status",
  ],
  [
    "includeIf",
    (m) =>
      `git config -f more core.fsmonitor ${mark(m, "ran")}; git config includeIf.gitdir:/.path $PWD/more`,
    "git status",
  ],
  ["alias", (m) => `git config alias.st '!touch ${m}/ran'`, "git st"],
  [
    "credential.helper",
    (m) => `git config credential.helper '!touch ${m}/ran;:'`,
    "sh -c 'echo url=http://x | git credential fill'",
  ],
  [
    "gpg.program",
    (m) =>
      `printf '#!/bin/sh\ntouch ${m}/ran; exit 1' > p; chmod +x p; git config gpg.program $PWD/p; git config commit.gpgSign true`,
    "git -c user.name=x -c user.email=x commit --allow-empty -m x",
  ],
  [
    "core.editor",
    (m) => `git config core.editor ${mark(m, "ran")}`,
    "git -c user.name=x -c user.email=x commit --allow-empty",
  ],
  [
    "diff.external",
    (m) => `git config diff.external ${mark(m, "ran")}; echo more >> README.md`,
    "git diff HEAD~",
  ],
  [
    "protocol.ext",
    () => "git config protocol.ext.allow always",
    "git ls-remote 'ext::sh -c touch% MARKS/ran'",
  ],
  [
    "filter process",
    (m) =>
      `git config filter.e.process ${mark(m, "ran")}; mkdir -p .git/info; echo '* filter=e' > .git/info/attributes; touch README.md`,
    "echo x >> README.md; git add README.md",
  ],
];

test("ignores every setting in the workspace's git configuration that runs a program", async (t) => {
  for (const [name, plant, control] of planted) {
    const world = await startHostile(t);
    shell(world.site, `${plant(world.marks)}; echo x > new.txt`);
    const sha = await wholeTurn(world);
    assert.ok(files(world, sha).includes("new.txt"), name);
    assert.deepEqual(world.ran(), [], name);
    shell(world.site, `${control.replaceAll("MARKS", world.marks)} < /dev/null > /dev/null 2>&1 || true`);
    assert.deepEqual(world.ran(), ["ran"], `control: ${name}`);
  }
});

test("ignores settings that point to other folders or remotes", async (t) => {
  const world = await startHostile(t);
  const outside = join(world.root, "outside");
  plainGit(world.root, "clone", "--quiet", world.remotePath, outside);
  writeFileSync(join(outside, "secret.txt"), "secret");
  shell(
    world.site,
    `git config core.worktree ${outside}; git config url.${outside}.insteadOf ${world.remotePath}
     git config remote.origin.pushurl ${outside}; git config remote.origin.url ${outside}; echo x > new.txt`,
  );
  assert.match(world.harness("ls-files", "--others"), /secret.txt/, "control: git uses the other folder");
  const sha = await wholeTurn(world);
  assert.deepEqual(files(world, sha), [".gitignore", "README.md", "new.txt"]);
  assert.equal(world.at(world.remotePath, "rev-parse", "tembo/work"), sha);
});

test("runs no program from a tampered configuration or hook of a host repository", async (t) => {
  const world = await startHostile(t);
  // Runs host git first, because its first command in a new repository changes the repository's owner to host git's user.
  const { headSha } = await world.checkOut();
  await world.git.diffStat({ site: world.site, from: null, to: headSha! }, signal);
  for (const repository of [world.site.mirrorPath, world.site.capturePath, world.remotePath]) {
    for (const hook of [
      "pre-receive",
      "update",
      "post-update",
      "reference-transaction",
      "pre-push",
      "post-index-change",
    ]) {
      plainGit(world.root, "init", "--quiet", "--bare", repository);
      writeFileSync(join(repository, "hooks", hook), `#!/bin/sh\ntouch ${world.marks}/ran\n`, {
        mode: 0o755,
      });
    }
    for (const key of ["core.fsmonitor", "uploadpack.packObjectsHook", "core.sshCommand"])
      plainGit(
        world.root,
        "config",
        "--file",
        join(repository, "config"),
        key,
        `touch ${world.marks}/ran; false`,
      );
  }
  // The forge's own hooks are not part of this test.
  plainGit(world.remotePath, "config", "core.hooksPath", "/dev/null");
  writeFileSync(join(world.person, "x"), "x");
  commitAll(world.person, "More");
  plainGit(world.person, "push", "--quiet", "origin", "main");
  await world.fetch();
  shell(world.site, "echo x > new.txt");
  await wholeTurn(world);
  assert.deepEqual(world.ran(), []);
  plainGit(world.site.mirrorPath, "update-ref", "refs/heads/control", "refs/heads/main");
  assert.deepEqual(world.ran(), ["ran"], "control");
});

test("does not run a planted command that lists refs of borrowed objects", async (t) => {
  const world = await startHostile(t);
  // The bare repository lists another repository in `info/alternates`. A push to it or a fetch from it lists the other repository's refs.
  shell(
    world.site,
    `git clone --quiet --bare . evil.git; git clone --quiet --bare . alt.git
     echo ../../alt.git/objects > evil.git/objects/info/alternates
     git -C evil.git config core.alternateRefsCommand 'touch ${world.marks}/ran; echo'`,
  );
  const evil = join(world.site.checkoutPath, "evil.git");
  const advertise = ["receive-pack", "--stateless-rpc", "--advertise-refs", "--end-of-options", evil];
  await runGit({ args: advertise, folder: evil, as: world.site, signal });
  // Git does not pass the settings in its environment to the other end of a local transport.
  const remote = { kind: "folder", path: evil, name: "acme/evil" } as const;
  for (const verb of ["upload-pack", "receive-pack"] as const) {
    const args = verb === "upload-pack" ? ["fetch", "--quiet"] : ["push", "--quiet", "--force"];
    const ref = `refs/heads/tembo/work:refs/heads/${verb}`;
    const program = serverProgram(remote, verb);
    await runGit({
      gitDir: join(world.site.checkoutPath, "alt.git"),
      args: [...args, ...program, "--end-of-options", evil, ref],
      remote,
      as: world.site,
      signal,
    });
  }
  assert.deepEqual(world.ran(), []);
  shell(world.site, "git receive-pack --stateless-rpc --advertise-refs evil.git > /dev/null");
  assert.deepEqual(world.ran(), ["ran"], "control");
});

test("host git advertises the refs of borrowed objects to a remote", async (t) => {
  const world = await startHostile(t);
  const gitDir = world.site.capturePath;
  const more = commitAll(world.person, "More");
  plainGit(world.person, "push", "--quiet", "origin", "main");
  await world.fetch();
  const refs = await runGit({
    gitDir,
    args: ["receive-pack", "--advertise-refs", "--end-of-options", gitDir],
    signal,
  });
  assert.match(refs.stdout.toString(), new RegExp(`${more} \\.have`));
});

test("allows only the transport that the remote uses, and none without a remote", async (t) => {
  const world = await startHostile(t);
  const folder = { kind: "folder", path: world.remotePath, name: "acme/app" } as const;
  const http = { kind: "https", url: "http://127.0.0.1:9/x", credential: null } as const;
  const list = (url: string, remote?: LocatedRemote) =>
    runGit({
      args: ["ls-remote", "--end-of-options", url],
      ...(remote ? { remote } : {}),
      signal,
    });
  for (const url of [
    `ext::touch ${world.marks}/ran`,
    "ssh://127.0.0.1/x",
    "git://127.0.0.1/x",
    "ftp://127.0.0.1/x",
  ])
    for (const remote of [undefined, folder, http])
      await assert.rejects(list(url, remote), /not allowed|disabled/, url);
  await assert.rejects(list(world.remotePath), /transport 'file' not allowed/);
  await assert.rejects(list(world.remotePath, http), /transport 'file' not allowed/);
  await list(world.remotePath, folder);
  await assert.rejects(list("https://127.0.0.1:9/x", http), /transport 'https' not allowed/);
  await assert.rejects(list(`--upload-pack=touch ${world.marks}/ran`, folder), /git_failed|failed/);
  assert.deepEqual(world.ran(), []);
});
