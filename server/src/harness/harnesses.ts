import { realpath } from "node:fs/promises";
import { join } from "node:path";
import type { HarnessInfo } from "../core/access/index.ts";
import { AppError, type Logger, paths } from "../core/base/index.ts";
import type { Harnesses } from "../core/turns/index.ts";
import type { DriverOptions } from "./acp/start-conversation.ts";
import { withCompileCache } from "./compile-cache/compile-cache.ts";
import type { CompileCaches } from "./compile-cache/compile-caches.ts";
import { withCustomHarnesses } from "./custom-harnesses.ts";
import { findProgram } from "./find-program.ts";
import { findNpm, installDirOf, installHarness } from "./install.ts";
import { isCurrent, isInstalled } from "./installed.ts";
import type { LaunchContext, LaunchSpec, ProgramSource } from "./launch-spec.ts";
import { launchSpecs } from "./plug-ins.ts";
import { adaptTo, publishAdapter } from "./stream-json/publish-adapter.ts";

export interface HarnessesOptions {
  readonly dataDir: string;
  /** Node that runs harnesses written in JavaScript. */
  readonly nodeBinary: string;
  /** Command that runs npm. Defaults to the npm of `nodeBinary`'s installation, or to the npm on the PATH if there is none. */
  readonly npmCommand?: readonly [string, ...string[]];
  /**
   * Folder with earlier installations, in the layout of `dataDir/harnesses`. The server links these installations instead of downloading
   * the packages.
   */
  readonly seedDir?: string | undefined;
  readonly log: Logger;
  /** Fills the compile cache of an installation after its first conversation. Without it, existing caches are used. */
  readonly compileCaches?: Pick<CompileCaches, "fillLater">;
  /** Specs of the harnesses. Defaults to the result of `withCustomHarnesses`. */
  readonly specs?: readonly LaunchSpec[];
}

/** Creates the product's harnesses, which share one driver. */
export function createHarnesses(options: HarnessesOptions): Harnesses {
  const { nodeBinary, seedDir, log, compileCaches } = options;
  const specs = options.specs ?? withCustomHarnesses(launchSpecs, options.dataDir);
  const harnessesDir = paths.harnesses(options.dataDir);
  const infos = specs.map((spec) => describe(spec, harnessesDir));
  return {
    list: () => infos,
    async install(name, onProgress, signal) {
      const spec = specOf(specs, name);
      if (spec.source.type === "program") {
        const { readOnlyPaths: own, ways } = spec.source;
        const adapter = ways.streamJson ? [await publishAdapter(harnessesDir)] : [];
        const readOnlyPaths = [programOf(spec.source, spec), ...own, ...adapter, await realpath(nodeBinary)];
        return { readOnlyPaths };
      }
      const npmCommand = options.npmCommand ?? (await findNpm(nodeBinary));
      const install = { spec, harnessesDir, npmCommand, seedDir, onProgress };
      return { readOnlyPaths: [await installHarness(install, signal), await realpath(nodeBinary)] };
    },
    start: async (input, signal) => {
      const { startConversation } = await loadDriver();
      return startConversation(await driverOf(input.harness), input, signal);
    },
    launch: async (input, signal) => {
      const { launchHarness } = await loadDriver();
      return launchHarness(await driverOf(input.harness), input, signal);
    },
  };

  /** The ACP library is large, so a server loads it with the first harness. */
  function loadDriver() {
    return import("./acp/start-conversation.ts");
  }

  async function driverOf(name: string): Promise<DriverOptions> {
    const spec = specOf(specs, name);
    const node = await realpath(nodeBinary);
    if (spec.source.type === "program") {
      const program = programOf(spec.source, spec);
      const command = (context: LaunchContext) => [program, ...spec.argv(context).slice(1)] as const;
      const { streamJson } = spec.source.ways;
      const adapter =
        streamJson &&
        adaptTo(streamJson, {
          displayName: spec.displayName,
          entry: join(await publishAdapter(harnessesDir), "main.cjs"),
          command,
        });
      return { spec: { ...spec, argv: adapter ?? command }, installDir: "/", nodeBinary: node, log };
    }
    const dir = installDirOf(harnessesDir, spec);
    if (!isCurrent(dir, spec)) {
      const what = isInstalled(dir, spec)
        ? "was installed from packages other than the currently pinned ones"
        : "is not installed";
      throw new AppError(
        "harness_failed",
        `${spec.displayName} ${what}. Run "tembo harness install ${spec.name}".`,
      );
    }
    // Uses real paths, because the sandbox mounts the real paths that install() returned and does not contain the links.
    const installDir = await realpath(dir);
    const driver = { spec, installDir, nodeBinary: node, log };
    const onClosed = () => compileCaches?.fillLater(driver);
    return { ...driver, spec: withCompileCache(spec, installDir), onClosed };
  }
}

/** Describes a harness. Each read of the fields about its installation looks at the files, because they may change. */
function describe(spec: LaunchSpec, harnessesDir: string): HarnessInfo {
  const { name, displayName, version, defaultModel, modelFamily, capabilities } = spec;
  const { otherFamilies, service, repositoryFiles, startFiles, startsEarly } = spec;
  const info = {
    ...{ name, displayName, version, defaultModel, modelFamily, capabilities },
    ...(otherFamilies && { otherFamilies }),
    ...(service && { service }),
    ...(repositoryFiles && { repositoryFiles }),
    ...(startFiles && { startFiles }),
    ...(startsEarly && { startsEarly }),
  };
  if (spec.source.type === "npm") {
    const dir = installDirOf(harnessesDir, spec);
    return {
      ...info,
      get isInstalled() {
        return isCurrent(dir, spec);
      },
      get isOutdated() {
        return isInstalled(dir, spec) && !isCurrent(dir, spec) ? true : undefined;
      },
    };
  }
  const { program, fix } = spec.source;
  return {
    ...info,
    isProgram: true,
    get isInstalled() {
      return findProgram(program) !== null;
    },
    get missing() {
      return findProgram(program) === null ? fix : undefined;
    },
  };
}

/** Returns the program's real path, because the sandbox does not contain the links to it. Throws `harness_failed` if the program is not installed. */
function programOf({ program, fix }: ProgramSource, { displayName }: LaunchSpec): string {
  const found = findProgram(program);
  if (found !== null) return found;
  throw new AppError(
    "harness_failed",
    `${displayName} requires the program ${program}, which is not installed. ${fix}.`,
  );
}

function specOf(specs: readonly LaunchSpec[], name: string): LaunchSpec {
  const spec = specs.find((candidate) => candidate.name === name);
  if (spec) return spec;
  const known = specs.map((candidate) => candidate.name).join(", ");
  throw new AppError("invalid_input", `Unknown harness "${name}". Use one of: ${known}.`);
}
