import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assets } from "../../../../scripts/release/contents.ts";
import { launchFile, type TemboProcessOptions } from "./tembo-process.ts";

const root = join(import.meta.dirname, "../../../..");

/** Builds the command as the packages contain it, with the packages and pages of this clone. */
export async function buildCommand(): Promise<{
  readonly launch: NonNullable<TemboProcessOptions["launch"]>;
  remove(): Promise<void>;
}> {
  // Loaded here, because few tests need the bundler.
  const { stageModules } = await import("../../../../scripts/release/stage-command.ts");
  const folder = await mkdtemp(join(tmpdir(), "tembo-built-"));
  await stageModules(
    root,
    folder,
    assets.filter((pattern) => !pattern.includes("/dist/")),
  );
  await writeFile(join(folder, "package.json"), '{ "private": true, "type": "module" }');
  // The workspace of the command has other versions of some packages.
  for (const name of ["node_modules", "cli/node_modules", "site", "web"])
    await symlink(join(root, name), join(folder, name));
  const launch = launchFile(join(folder, "cli/src/main.js"));
  return {
    // The paths of the modules are new, so the user's own cache would keep their compiled code for nothing.
    launch: (command, env) => launch(command, { XDG_CACHE_HOME: join(folder, "cache"), ...env }),
    remove: () => rm(folder, { recursive: true }),
  };
}
