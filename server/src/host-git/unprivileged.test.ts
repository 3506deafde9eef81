import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { promisify } from "node:util";

const isRoot = process.getuid?.() === 0;
const user = isRoot ? { uid: 4344, gid: 4344 } : { uid: process.getuid!(), gid: process.getgid!() };
const asUser = isRoot ? ["setpriv", `--reuid=${user.uid}`, `--regid=${user.gid}`, "--clear-groups"] : ["env"];
const mayMakeNamespaces =
  spawnSync(asUser[0]!, [...asUser.slice(1), "unshare", "--user", "--map-root-user", "--mount", "true"])
    .status === 0;

/** Copies the module and Node to files that the user can read, and creates a repository that belongs to the user. */
function makePlace(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), "tembo-unprivileged-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const source = join(folder, "server/src");
  cpSync(import.meta.dirname, join(source, "host-git"), { recursive: true });
  for (const ground of ["core/base", "runtime", "starter"])
    cpSync(join(import.meta.dirname, "..", ground), join(source, ground), { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  const node = join(folder, "node");
  copyFileSync(process.execPath, node);
  chmodSync(node, 0o755);
  const dataDir = join(folder, "data");
  const repository = join(dataDir, "repository");
  for (const path of ["objects", "refs"]) mkdirSync(join(repository, path), { recursive: true });
  writeFileSync(join(repository, "HEAD"), "ref: refs/heads/main\n");
  writeFileSync(join(repository, "config"), "[core]\n\trepositoryformatversion = 0\n\tbare = true\n");
  writeFileSync(join(dataDir, "master.key"), "the master key");
  for (const path of [
    "",
    "master.key",
    "repository",
    ...["HEAD", "config", "objects", "refs"].map((name) => `repository/${name}`),
  ])
    chownSync(join(dataDir, path), user.uid, user.gid);
  chmodSync(folder, 0o755);
  const program = join(source, "host-git/testing/probe-unprivileged.ts");
  return { folder, dataDir, repository, run: [node, program] as const };
}

async function listen(t: TestContext, server: Server, path?: string): Promise<number> {
  await new Promise<void>((resolve) =>
    path === undefined ? server.listen(0, "127.0.0.1", resolve) : server.listen(path, resolve),
  );
  t.after(() => server.close());
  const address = server.address();
  return typeof address === "object" ? address!.port : 0;
}

const connectTo = (port: string) =>
  `perl -e 'socket S,2,1,0; print connect(S, pack("S n a4 x8", 2, ${port}, "\\x7f\\0\\0\\1")) ? "reached\\n" : "unreachable\\n"'`;

test("without root, confines git to its repository and the proxy by using a user namespace", {
  skip: !mayMakeNamespaces && "this machine does not allow user namespaces",
}, async (t) => {
  const { folder, dataDir, repository, run } = makePlace(t);
  const port = await listen(
    t,
    createServer((socket) => socket.on("error", () => {}).end()),
  );
  const proxySocketPath = join(folder, "proxy");
  const proxy = createServer((socket) => {
    socket.on("error", () => {}).once("data", () => socket.end("from the proxy\n"));
  });
  await listen(t, proxy, proxySocketPath);
  chmodSync(proxySocketPath, 0o777);
  const askProxy = `perl -e '($p) = ($ENV{http_proxy} // "") =~ /(\\d+)$/ or exit; socket S,2,1,0; connect S, pack("S n a4 x8", 2, $p, "\\x7f\\0\\0\\1"); syswrite S, "x"; sysread S, $b, 99; print $b'`;
  const script = [
    `cat ${dataDir}/master.key; echo; ls ${dataDir} /home`,
    "echo user $(id -u) $(id -g)",
    `echo mine > ${repository}/written && echo wrote`,
    "kill -0 $PPID && echo sees processes; mount -t tmpfs no /tmp && echo mounted",
    connectTo(String(port)),
    askProxy,
  ].join("; ");
  const look = async (isConfined: boolean, needsNetwork: boolean) => {
    const input = JSON.stringify({ dataDir, repository, proxySocketPath, isConfined, needsNetwork, script });
    const { stdout } = await promisify(execFile)(asUser[0]!, [...asUser.slice(1), ...run, input], {
      env: { PATH: process.env.PATH, TMPDIR: "/tmp" },
    });
    return JSON.parse(stdout) as { readonly why: string | null; readonly printed: string };
  };

  const local = await look(true, false);
  assert.equal(local.why, null);
  assert.doesNotMatch(local.printed, /the master key|^reached|from the proxy|mounted/m);
  assert.match(local.printed, /cannot access '\/home'/);
  assert.match(local.printed, new RegExp(`^user ${user.uid} ${user.gid}$`, "m"));
  assert.match(local.printed, /^wrote$/m);
  assert.match(local.printed, /^unreachable$/m);

  const remote = await look(true, true);
  assert.doesNotMatch(remote.printed, /the master key|^reached/m);
  assert.match(remote.printed, /from the proxy/);

  const control = await look(false, true);
  assert.equal(control.why, "it is not wanted");
  assert.match(control.printed, /the master key/);
  assert.match(control.printed, /^reached$/m);
  assert.match(control.printed, /from the proxy/);
});
