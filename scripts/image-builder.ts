import { spawnSync } from "node:child_process";
import { type ParseArgsConfig, parseArgs } from "node:util";

/** Programs that can build an image, in order of preference. buildah needs no daemon. */
const builders = ["buildah", "podman", "docker"];
const text = { type: "string" } as const;
/** Options that the commands which build an image have in common. */
export const commonOptions = { tag: text, base: text, platform: text, builder: text };

export interface ImageBuild {
  readonly tag: string;
  readonly builder: string | undefined;
  readonly platform: string | undefined;
  /** Arguments of the Dockerfile. Those that are undefined keep their defaults. */
  readonly buildArguments: Readonly<Record<string, string | undefined>>;
  readonly builderOptions: readonly string[];
  /** True if the Dockerfile has a health check, which the default format of buildah and podman cannot store. */
  readonly hasHealthCheck?: boolean;
  readonly context: string;
}

/** Separates the options of a command from those that it passes to the builder after "--". */
export function readArguments<T extends NonNullable<ParseArgsConfig["options"]>>(
  args: readonly string[],
  options: T,
) {
  const end = args.includes("--") ? args.indexOf("--") : args.length;
  try {
    const { values } = parseArgs({ args: args.slice(0, end), options });
    return { options: values, builderOptions: args.slice(end + 1) };
  } catch (cause) {
    fail(cause instanceof Error ? cause.message : String(cause));
  }
}

/** Builds an image, and suggests how to push it. Ends the process if the image cannot be built. */
export function runBuilder(build: ImageBuild): void {
  const builder = build.builder ?? builders.find(isInstalled);
  if (builder === undefined)
    fail(`None of ${builders.join(", ")} is on the PATH. Install one of them, or name it with --builder.`);
  const { status, error } = spawnSync(
    builder,
    [
      "build",
      // The other builders reuse layers by default.
      ...(/(?:^|\/)buildah$/.test(builder) ? ["--layers"] : []),
      ...(build.hasHealthCheck && /(?:^|\/)(?:buildah|podman)$/.test(builder) ? ["--format", "docker"] : []),
      ...(build.platform === undefined ? [] : ["--platform", build.platform]),
      ...Object.entries(build.buildArguments).flatMap(([name, value]) =>
        value === undefined ? [] : ["--build-arg", `${name}=${value}`],
      ),
      ...build.builderOptions,
      ...["--tag", build.tag, build.context],
    ],
    { stdio: "inherit" },
  );
  if (error !== undefined) fail(`${builder} could not start: ${error.message}`);
  if (status !== 0) fail(`${builder} could not build the image; its output is above.`);
  console.log(`Built ${build.tag}. To push it, run: ${builder} push ${build.tag}`);
}

export function fail(message: string): never {
  console.error(message);
  process.exit(1);
}

function isInstalled(program: string): boolean {
  return spawnSync(program, ["--version"]).error === undefined;
}
