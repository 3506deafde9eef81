import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { applyPatch, type Patch } from "./patch.ts";

const copied = ["cli", "contract", "sdk", "server", "package.json"];
/** Folders of node_modules that refer to the repository's own packages. */
const own: readonly string[] = ["@tembo", "@tembo-io"];

/** Copies the product to a temporary folder, which `cleanup` removes, and applies the patches to the copy. */
export async function copyTree(
  root: string,
  patches: readonly Patch[],
  cleanup: AsyncDisposableStack,
): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), "tembo-chaos-tree-"));
  cleanup.defer(() => rm(copy, { recursive: true, force: true }));
  for (const name of copied) {
    const isOwn = (path: string) => !path.includes("/node_modules/") && !path.endsWith(".test.ts");
    await cp(join(root, name), join(copy, name), { recursive: true, filter: isOwn });
  }
  await linkPackages(root, copy);
  for (const patch of patches) {
    const path = join(copy, patch.file);
    await writeFile(path, applyPatch(await readFile(path, "utf8"), patch));
  }
  return copy;
}

/** Links all packages to those of the repository, except the repository's own packages. */
async function linkPackages(root: string, copy: string): Promise<void> {
  const [from, to] = [join(root, "node_modules"), join(copy, "node_modules")];
  await mkdir(to);
  for (const name of await readdir(from))
    if (!own.includes(name)) await symlink(join(from, name), join(to, name));
  for (const scope of own)
    await cp(join(from, scope), join(to, scope), { recursive: true, verbatimSymlinks: true });
}
