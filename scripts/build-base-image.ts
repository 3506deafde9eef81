/**
 * Builds images/base for your own registry: npm run build:base-image -- --tag NAME [--base IMAGE] [--mirror URL] [--security-mirror URL]
 * [--snapshot TIME] [--platform OS/ARCH] [--without-uv] [--builder PROGRAM] [-- BUILDER OPTIONS]
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { parseArgs } from "node:util";

const context = join(import.meta.dirname, "../images/base");
/** Programs that can build the image, in order of preference. buildah needs no daemon. */
const builders = ["buildah", "podman", "docker"];

const { options, builderOptions } = readArguments(process.argv.slice(2));
const { tag } = options;
if (tag === undefined)
  fail("No tag specified. Pass --tag NAME, such as --tag registry.example.com/tembo-base.");
if (options.snapshot !== undefined && !/^\d{8}T\d{6}Z$/.test(options.snapshot))
  fail(`"${options.snapshot}" is not a time of snapshot.debian.org. Use the form 20261101T000000Z.`);
if ((options.mirror === undefined) !== (options["security-mirror"] === undefined))
  fail("Pass --mirror and --security-mirror together, because packages come from both.");
if (options.snapshot !== undefined && options.mirror !== undefined)
  fail("A snapshot replaces the mirrors. Pass either --snapshot, or --mirror and --security-mirror.");
const builder = options.builder ?? builders.find(isInstalled);
if (builder === undefined)
  fail(`None of ${builders.join(", ")} is on the PATH. Install one of them, or name it with --builder.`);

const buildArguments = {
  BASE: options.base,
  MIRROR: options.mirror,
  SECURITY_MIRROR: options["security-mirror"],
  SNAPSHOT: options.snapshot,
  UV: options["without-uv"] ? "" : undefined,
};
const { status, error } = spawnSync(
  builder,
  [
    "build",
    // The other builders reuse layers by default.
    ...(/(?:^|\/)buildah$/.test(builder) ? ["--layers"] : []),
    ...(options.platform === undefined ? [] : ["--platform", options.platform]),
    ...Object.entries(buildArguments).flatMap(([name, value]) =>
      value === undefined ? [] : ["--build-arg", `${name}=${value}`],
    ),
    ...builderOptions,
    ...["--tag", tag, context],
  ],
  { stdio: "inherit" },
);
if (error !== undefined) fail(`${builder} could not start: ${error.message}`);
if (status !== 0) fail(`${builder} could not build the image; its output is above.`);
console.log(`Built ${tag}. To push it, run: ${builder} push ${tag}`);

/** Separates the options of this command from those that it passes to the builder after "--". */
function readArguments(args: readonly string[]) {
  const end = args.includes("--") ? args.indexOf("--") : args.length;
  const text = { type: "string" } as const;
  try {
    const { values } = parseArgs({
      args: args.slice(0, end),
      options: {
        tag: text,
        base: text,
        mirror: text,
        "security-mirror": text,
        snapshot: text,
        platform: text,
        "without-uv": { type: "boolean", default: false },
        builder: text,
      },
    });
    return { options: values, builderOptions: args.slice(end + 1) };
  } catch (cause) {
    fail(cause instanceof Error ? cause.message : String(cause));
  }
}

function isInstalled(program: string): boolean {
  return spawnSync(program, ["--version"]).error === undefined;
}

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}
