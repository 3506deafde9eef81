import { AppError, secretForms } from "../../base/index.ts";
import type { Layer, WrittenFolder } from "../layer/layers.ts";
import type { Sandbox, SandboxSystem } from "../sandbox/sandbox.ts";
import { packageCaches } from "../workspace/package-caches.ts";
import type { BuildContext } from "./build-context.ts";
import { devShellOutput } from "./dev-shell/read-dev-shells.ts";

/**
 * Removes files that must not outlive the build: caches of package managers, sockets, and files with the process IDs of
 * servers, which would prevent the next start.
 */
const cleaning = `
cd "$HOME" && rm -rf ${packageCaches.join(" ")} \\
  ${devShellOutput}
for folder in "$HOME" "$@"; do
  find "$folder" -xdev \\( -type s -o -type f \\( -name postmaster.pid -o -name mysqld.pid -o -name mongod.lock \\
    -o -name 'redis*.pid' -o -name nginx.pid \\) \\) -delete
done`;

/** Folder in which services of a base system keep their data. */
const serviceFolder = "/var/lib";

/** Runs inside the sandbox, because the files are hostile. Errors are ignored, because the files are not required to go. */
export async function cleanFolders(sandbox: Sandbox, signal: AbortSignal): Promise<void> {
  const argv = ["/bin/sh", "-c", cleaning, "sh", sandbox.workspacePath, serviceFolder] as const;
  const child = sandbox.spawn({ argv, cwd: "/", env: {} }, signal);
  child.stdin.end();
  child.stdout.resume();
  child.stderr.resume();
  await child.exited;
  signal.throwIfAborted();
}

/**
 * Stores the workspace, HOME and the changes of the system as a layer. The sandbox must have stopped. Throws
 * `invalid_input` if a file contains a secret, with the names of both.
 */
export async function packEnvironment(
  context: BuildContext,
  system: SandboxSystem | null,
  signal: AbortSignal,
): Promise<Layer> {
  const { ports, workspace } = context;
  const folders = ports.workspaces.listWritten(workspace, system);
  await requireNoSecret(context, folders, signal);
  return context.layers.add({ kind: "folders", folders }, signal);
}

async function requireNoSecret(
  { ports, secrets }: BuildContext,
  folders: readonly WrittenFolder[],
  signal: AbortSignal,
): Promise<void> {
  const forms = secrets.values
    .filter(({ key }) => key in secrets.environment)
    .flatMap(({ key, value }) => secretForms(value).map((text) => ({ key, text })));
  if (forms.length === 0) return;
  const layers = await ports.layers();
  const texts = forms.map(({ text }) => text);
  const found = await layers.findText(folders, texts, signal);
  if (found === null) return;
  const { key } = forms[found.index]!;
  throw new AppError(
    "invalid_input",
    `The file ${found.path} contains the value of ${key}, which every session of the project could read. Change the setup script so that it does not write the value to a file, or removes the file.`,
  );
}
