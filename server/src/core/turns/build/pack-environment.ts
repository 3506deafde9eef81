import { AppError, type NamedValue, paths, secretForms } from "../../base/index.ts";
import { layerFolders } from "../environment/layer-folders.ts";
import type { FolderOwner, Layer, WrittenFolder } from "../layer/layers.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import type { BuildContext } from "./build-context.ts";

/**
 * Removes files that must not outlive the build: caches of package managers, sockets, and files with the process IDs of
 * servers, which would prevent the next start.
 */
const cleaning = `
cd "$HOME" && rm -rf .npm/_cacache .npm/_logs .cache/pip .cache/yarn .cache/composer .bundle/cache
for folder in "$HOME" "$1"; do
  find "$folder" -xdev \\( -type s -o -type f \\( -name postmaster.pid -o -name mysqld.pid -o -name mongod.lock \\
    -o -name 'redis*.pid' -o -name nginx.pid \\) \\) -delete
done`;

/** Runs inside the sandbox, because the files are hostile. Errors are ignored, because the files are not required to go. */
export async function cleanFolders(sandbox: Sandbox, signal: AbortSignal): Promise<void> {
  const argv = ["/bin/sh", "-c", cleaning, "sh", sandbox.workspacePath] as const;
  const child = sandbox.spawn({ argv, cwd: "/", env: {} }, signal);
  child.stdin.end();
  child.stdout.resume();
  child.stderr.resume();
  await child.exited;
  signal.throwIfAborted();
}

/**
 * Stores the workspace and HOME as a layer. The sandbox must have stopped. Throws `invalid_input` if a file contains a
 * secret, with the names of both.
 */
export async function packEnvironment(context: BuildContext, signal: AbortSignal): Promise<Layer> {
  const { ports, workspace, secrets } = context;
  const { dataDir } = ports.settings;
  const folders: WrittenFolder[] = [
    { hostPath: paths.workspace(dataDir, workspace.sessionId), path: layerFolders.workspace },
    { hostPath: paths.home(dataDir, workspace.sessionId), path: layerFolders.home },
  ];
  const owner: FolderOwner = { firstId: ports.workspaces.ownerOf(workspace.sessionNumber).uid, count: 1 };
  const layers = await ports.layers();
  const inSandbox = secrets.values.filter(({ key }) => key in secrets.environment);
  await requireNoSecret(context, { folders, owner, values: inSandbox }, signal);
  return layers.add({ kind: "folders", folders, owner }, signal);
}

async function requireNoSecret(
  { ports }: BuildContext,
  searched: {
    readonly folders: readonly WrittenFolder[];
    readonly owner: FolderOwner;
    readonly values: readonly NamedValue[];
  },
  signal: AbortSignal,
): Promise<void> {
  const { folders, owner, values } = searched;
  const forms = values.flatMap(({ key, value }) => secretForms(value).map((text) => ({ key, text })));
  if (forms.length === 0) return;
  const layers = await ports.layers();
  const found = await layers.findText(folders, { texts: forms.map(({ text }) => text), owner }, signal);
  if (found === null) return;
  const { key } = forms[found.index]!;
  throw new AppError(
    "invalid_input",
    `The file ${found.path} contains the value of ${key}, which every session of the project could read. Change the setup script so that it does not write the value to a file, or removes the file.`,
  );
}
