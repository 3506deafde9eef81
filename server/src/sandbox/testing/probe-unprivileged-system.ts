/** Program that runs an image and copies its workspace as a user without root. Prints what it finds as JSON. Argument: the data folder. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { SandboxSystem } from "../../core/turns/index.ts";
import { createLayers } from "../../layers/create-layers.ts";
import { inChunks, makeTar } from "../../layers/testing/make-tar.ts";
import { workspaceFiles } from "../workspace-files.ts";
import { createWorkspaces } from "../workspaces.ts";
import { makeProvider } from "./make-provider.ts";
import { packImage } from "./pack-image.ts";
import { foldersOf, shell, specOf, testUidBase } from "./run-in-sandbox.ts";

const signal = AbortSignal.timeout(120_000);
const dataDir = process.argv[2]!;
const log = { info() {}, warn() {}, error() {} };
const stored = await createLayers({ dataDir, uidBase: testUidBase, maxBytes: 1024 ** 4, log });
const add = async (archive: AsyncIterable<Uint8Array>) =>
  (await stored.add({ kind: "archive", archive }, signal)).digest;
const digests = [
  await add(packImage(dataDir)),
  await add(inChunks(makeTar([{ name: "home", type: "2", target: "/oldroot/tmp" }]))),
] as const;
const layers = { mount: stored.mount.bind(stored), firstId: process.getuid!() };
await createWorkspaces({ dataDir, uidBase: null, layers }).prepare(specOf().workspace);
const provider = await makeProvider("bubblewrap", dataDir, { layers });
const systemWith = (profile: SandboxSystem["profile"]) => ({ layers: digests, profile, env: {} });
const run = async (script: string, system: SandboxSystem = systemWith("user")) => {
  const sandbox = await provider.create({ ...specOf(), system });
  const { stdout, stderr } = await shell(sandbox, script);
  await sandbox.stop();
  return stdout + stderr;
};
const first = await run(
  "echo built > built; cat /etc/image built; python3 -c 'print(1)'; echo kept > /file; test -e /usr/bin/perl || echo none",
);
const second = await run("cat /file; id -un; stat -c %F /home/tembo");
await run("mkdir -p /closed/inner; echo x > /closed/inner/file; chmod 0 /closed/inner /closed /etc");
const again = await run("cat /file");
const withOthers = await run("ls -d /closed", { ...systemWith("user"), layers: [digests[0]] });
const root = await provider
  .create({ ...specOf(), system: systemWith("root") })
  .catch((cause: Error) => cause.message);
const runsc = await makeProvider("runsc", dataDir, { layers });
const inGvisor = await runsc
  .create({ ...specOf(), system: systemWith("user") })
  .catch((cause: Error) => cause.message);
const workspace = readFileSync(join(foldersOf(dataDir).workspacePath, "built"), "utf8");
await stored.close();
// Deletes the sessions as the product does, although the kernel closes the folder in which it prepares changes.
await workspaceFiles.discard(join(dataDir, "sessions"));
console.log(
  JSON.stringify({
    first,
    second,
    again,
    withOthers,
    root,
    inGvisor,
    workspace,
    isDeleted: !existsSync(join(dataDir, "sessions")),
  }),
);
