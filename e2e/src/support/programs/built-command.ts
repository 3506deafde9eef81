import { chmod, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assets } from "../../../../scripts/release/contents.ts";
import { builtCommandFile } from "./command-file.ts";
import { launchFile, type TemboProcessOptions } from "./tembo-process.ts";

const root = join(import.meta.dirname, "../../../..");

/** Builds the command as the packages contain it, with the packages and pages of this clone. */
export async function buildCommand(): Promise<{
  readonly folder: string;
  readonly launch: NonNullable<TemboProcessOptions["launch"]>;
  remove(): Promise<void>;
}> {
  // Loaded here, because few tests need the bundler.
  const { stageModules } = await import("../../../../scripts/release/stage-command.ts");
  const folder = await mkdtemp(join(tmpdir(), "tembo-built-"));
  // Programs in sandboxes, which have other users, read files of the command.
  await chmod(folder, 0o755);
  await stageModules(
    root,
    folder,
    assets.filter((pattern) => !pattern.includes("/dist/")),
  );
  await writeFile(join(folder, "package.json"), '{ "private": true, "type": "module" }');
  // The workspace of the command has other versions of some packages.
  for (const name of ["node_modules", "cli/node_modules", "site", "web"])
    await symlink(join(root, name), join(folder, name));
  return {
    folder,
    launch: launchFile(builtCommandFile(folder)),
    remove: () => rm(folder, { recursive: true }),
  };
}
