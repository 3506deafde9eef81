import assert from "node:assert/strict";
import { chmod, mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { ensureReachable } from "../folders/ensure-reachable.ts";
import { prepareRuntime } from "../prepare-runtime.ts";
import { createBubblewrap } from "./create-bubblewrap.ts";
import { explainFailure } from "./explain-failure.ts";

const log = { info() {}, warn() {}, error() {} };
const asRoot = { skip: process.getuid!() !== 0 && "needs root" };
const noSettings = { unprivilegedClone: null, maxUserNamespaces: null, appArmorRestriction: null };

test("passes if a sandbox can run, and leaves no files behind", async (t) => {
  const dataDir = await makeFolder(t);
  await makeProvider(dataDir).then((provider) => provider.check());
  assert.deepEqual(await readdir(join(dataDir, "sessions")), []);
});

test("reports which package to install if bubblewrap is missing", async (t) => {
  const dataDir = await makeFolder(t);
  const provider = await makeProvider(dataDir, await makeFolder(t));
  await assert.rejects(provider.check(), {
    code: "sandbox_unavailable",
    message: 'The program bwrap is missing. Install it with "apt-get install bubblewrap".',
  });
  assert.deepEqual(await readdir(join(dataDir, "sessions")), []);
});

test("includes bubblewrap's error message in the failure", asRoot, async (t) => {
  const dataDir = await makeFolder(t);
  const programs = await makeFolder(t);
  await chmod(programs, 0o755);
  await writeFile(
    join(programs, "bwrap"),
    "#!/bin/sh\necho 'bwrap: No permissions to create a new namespace' >&2\nexit 1\n",
  );
  await chmod(join(programs, "bwrap"), 0o755);
  await writeFile(join(programs, "setpriv"), '#!/bin/sh\nexec /usr/bin/setpriv "$@"\n');
  await chmod(join(programs, "setpriv"), 0o755);
  const provider = await makeProvider(dataDir, programs);
  await assert.rejects(provider.check(), {
    code: "sandbox_unavailable",
    message: /could not run a program: .*No permissions to create a new namespace.* user namespaces/,
  });
});

test("reports the kernel setting that prevents namespaces", () => {
  const stderr = "bwrap: setting up uid map: Permission denied";
  const fixes = [
    { ...noSettings, unprivilegedClone: "0" },
    { ...noSettings, unprivilegedClone: "1", maxUserNamespaces: "0" },
    { ...noSettings, maxUserNamespaces: "96365", appArmorRestriction: "1" },
  ].map((settings) => /"(sysctl.*)"/.exec(explainFailure(stderr, settings))?.[1]);
  assert.deepEqual(fixes, [
    "sysctl -w kernel.unprivileged_userns_clone=1",
    "sysctl -w user.max_user_namespaces=15000",
    "sysctl -w kernel.apparmor_restrict_unprivileged_userns=0",
  ]);
  assert.doesNotMatch(
    explainFailure("bwrap: execvp node: Exec format error", { ...noSettings, maxUserNamespaces: "0" }),
    /sysctl/,
  );
});

test("makes the data folder itself traversable", asRoot, async (t) => {
  const dataDir = join(await makeFolder(t, 0o711), "data");
  await mkdir(dataDir, { mode: 0o700 });
  await makeProvider(dataDir).then((provider) => provider.check());
  assert.equal((await stat(dataDir)).mode & 0o777, 0o701);
});

test("rejects a data folder inside an inaccessible folder, and explains the fix", asRoot, async (t) => {
  const above = await makeFolder(t, 0o700);
  const dataDir = join(above, "data");
  await mkdir(dataDir);
  const refusal = {
    code: "sandbox_unavailable",
    message: new RegExp(`"chmod o\\+x ${above}".*TEMBO_DATA_DIR`),
  };
  await assert.rejects(ensureReachable(dataDir), refusal);
  const provider = await makeProvider(dataDir);
  await assert.rejects(provider.check(), refusal);
  assert.equal((await stat(above)).mode & 0o777, 0o700, "only the operator may change the folder");
  await chmod(above, 0o711);
  await provider.check();
});

async function makeProvider(dataDir: string, ...programFolders: string[]) {
  const nodeBinary = await prepareRuntime(dataDir);
  return createBubblewrap({
    dataDir,
    nodeBinary,
    uidBase: 300_000,
    log,
    ...(programFolders.length > 0 && { programFolders }),
  });
}

async function makeFolder(t: TestContext, mode = 0o700): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "tembo-check-"));
  await chmod(folder, mode);
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
