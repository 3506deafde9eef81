import { AppError } from "../../../base/index.ts";
import type { LocalImage, RemoteImage } from "../../layer/images.ts";
import type { Sandbox } from "../../sandbox/sandbox.ts";
import type { LoadedBase } from "../base.ts";
import type { ParsedDockerfile } from "../base-files.ts";
import type { BuildCheckout, BuildContext } from "../build-context.ts";
import { sandboxSpecOf } from "../build-sandbox.ts";
import type { Installation } from "../features/feature.ts";
import { featuresDockerfile } from "../features/features-dockerfile.ts";
import { placeFeatures } from "../features/place-features.ts";
import { variablesOf } from "../image-variables.ts";
import { openBuildEndpoints } from "../open-build-endpoints.ts";
import { createBuildWorkspace } from "../prepare-build-workspace.ts";
import { runLogged } from "../run-logged.ts";
import { describeLastLines } from "../run-setup-script.ts";
import { placeImage } from "./place-image.ts";
import { StepTracker } from "./step-tracker.ts";
import { writeFile } from "./write-file.ts";

export interface DockerfileBuild {
  /** Path of the Dockerfile in the repository. */
  readonly path: string;
  /** Path of the folder whose files the Dockerfile can copy. An empty string is the repository's root. */
  readonly contextPath: string;
  readonly target: string | null;
  readonly args: Readonly<Record<string, string>>;
  readonly parsed: ParsedDockerfile;
}

export interface ImageBuild {
  readonly checkout: BuildCheckout;
  /** Dockerfile to build, or null for the only one of `images`. */
  readonly dockerfile: DockerfileBuild | null;
  /** Images of registries that the Dockerfile uses, in the order of `parsed.images`. */
  readonly images: readonly RemoteImage[];
  readonly installation: Installation;
}

/**
 * Builds a Dockerfile in a sandbox, installs features on the image, and stores it as a layer. Throws `invalid_input`, with the step and the last
 * lines of its output, if a step fails, and the errors of the ports.
 */
export async function buildImage(
  context: BuildContext,
  build: ImageBuild,
  signal: AbortSignal,
): Promise<LoadedBase> {
  const { ports, output } = context;
  // Without a Dockerfile, the repository's files are only a working folder.
  await createBuildWorkspace(context, [build.checkout], signal);
  const sandbox = await ports.sandboxes.create(sandboxSpecOf(context, { profile: "builder" }));
  try {
    const image = await runBuildah(context, sandbox, build, signal);
    await output.add("[Storing the image.]\n");
    const env = variablesOf(image.config.env);
    const source = { kind: "image", layers: image.download(signal), needsGlibc: true } as const;
    const { digest } = await context.layers.add(source, signal);
    return { layers: [digest], env };
  } catch (cause) {
    signal.throwIfAborted();
    const limit = sandbox.limitReached();
    throw limit === null ? cause : new AppError("limit_reached", limit, { cause });
  } finally {
    await sandbox.stop();
  }
}

async function runBuildah(
  context: BuildContext,
  sandbox: Sandbox,
  { checkout, dockerfile, images, installation }: ImageBuild,
  signal: AbortSignal,
): Promise<LocalImage> {
  const { ports, output } = context;
  const { workspacePath, homePath } = sandbox;
  const cwd = `${workspacePath}/${checkout.directory}`;
  const env = { TMPDIR: `${homePath}/tmp`, BUILDAH_ISOLATION: "chroot", ...configPaths(homePath) };
  const sh = async (script: string, ...args: string[]) => {
    const argv = ["/bin/sh", "-c", script, "sh", ...args] as const;
    const { exitCode, tail } = await runLogged(context, sandbox, { argv, cwd, env }, signal);
    if (exitCode === 0) return;
    throw new AppError("unavailable", `The builder of images does not work.${describeLastLines(tail)}`);
  };
  await requireBuildah(context, sandbox, signal);
  await sh(prepare, homePath);
  for (const [index, image] of images.entries()) {
    await output.add(`[Preparing the image ${image.pinned}.]\n`);
    await placeImage(context, sandbox, { image, folder: `${homePath}/base` }, signal);
    await sh(importBase, `${homePath}/base`, baseName(index), `${homePath}/policy.json`);
  }
  const close = await openBuildEndpoints(context, sandbox, "image");
  let name = baseName(0);
  try {
    if (dockerfile !== null) {
      await runSteps(context, sandbox, { ...dockerfileSteps(dockerfile, homePath), cwd, env }, signal);
      name = resultName;
    }
    const { features } = installation;
    if (features.length > 0) {
      const folder = `${homePath}/features`;
      await placeFeatures({ sandbox, folder, signal }, installation);
      await sh(writeImageUser, name, `${folder}/common/image-user`);
      const { text, ...generated } = featuresDockerfile(name, features);
      await writeFile({ sandbox, folder: homePath, signal }, featuresFile, [text]);
      await runSteps(context, sandbox, { ...featureSteps(generated, homePath), cwd: folder, env }, signal);
      name = featuredName;
    }
  } finally {
    await close();
  }
  await sh(exportImage, `${homePath}/policy.json`, name, `${homePath}/image`);
  return ports.images.readLayout(
    { open: (path, within) => readFileOf(sandbox, `${homePath}/image/${path}`, within) },
    signal,
  );
}

interface Steps {
  readonly argv: readonly [string, ...string[]];
  readonly parsed: Pick<ParsedDockerfile, "stages">;
  /** Returns the start of a sentence about a step that failed, or about the whole build. */
  readonly describe: (step: { readonly text: string; readonly line: number | null } | null) => string;
}

async function runSteps(
  context: BuildContext,
  sandbox: Sandbox,
  {
    argv,
    parsed,
    describe,
    cwd,
    env,
  }: Steps & { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
  signal: AbortSignal,
): Promise<void> {
  const steps = new StepTracker();
  const onText = (text: string) => steps.push(text);
  const { exitCode, tail } = await runLogged(context, sandbox, { argv, cwd, env, onText }, signal);
  if (exitCode === 0) return;
  const step = steps.last(parsed);
  const sentence = describe(step && { ...step, text: context.masker.mask(step.text) });
  throw new AppError("invalid_input", `${sentence}.${describeLastLines(tail)}`);
}

function dockerfileSteps(build: DockerfileBuild, homePath: string): Steps {
  const { path, contextPath, target, args, parsed } = build;
  return {
    parsed,
    argv: [
      ...buildahBuild(homePath, resultName),
      ...Object.entries(args).flatMap(([name, value]) => ["--build-arg", `${name}=${value}`]),
      ...(target === null ? [] : ["--target", target]),
      // buildah compares these names with the texts of the Dockerfile, before it replaces variables.
      ...parsed.images.flatMap(({ texts }, index) =>
        texts.flatMap((text) => ["--build-context", `${text}=docker-image://${baseName(index)}`]),
      ),
      ...["--file", `./${path}`, contextPath === "" ? "." : `./${contextPath}`],
    ],
    describe: (step) => {
      if (step === null) return `${path} could not be built`;
      const line = step.line === null ? "" : ` on line ${step.line}`;
      return `The step ${JSON.stringify(step.text)}${line} of ${path} failed`;
    },
  };
}

function featureSteps(
  { steps, featureAt }: Omit<ReturnType<typeof featuresDockerfile>, "text">,
  homePath: string,
): Steps {
  return {
    parsed: { stages: [steps] },
    argv: [...buildahBuild(homePath, featuredName), "--file", `${homePath}/${featuresFile}`, "."],
    describe: (step) => {
      const name = step === null || step.line === null ? undefined : featureAt.get(step.line);
      return name === undefined
        ? "The features of the dev container could not be installed"
        : `The feature ${name} could not be installed`;
    },
  };
}

const buildahBuild = (homePath: string, tag: string) =>
  [
    ...(["buildah", "build", "--signature-policy", `${homePath}/policy.json`] as const),
    // The sandbox's own loopback interface leads to the egress proxy.
    ...["--isolation", "chroot", "--network", "host", "--pull=ifmissing", "--format", "oci"],
    // buildah cannot export the layer of a base with sparse files again.
    ...["--squash", "--tag", tag],
  ] as const;

async function requireBuildah(context: BuildContext, sandbox: Sandbox, signal: AbortSignal): Promise<void> {
  const argv = ["buildah", "--version"] as const;
  const { exitCode } = await runLogged(context, sandbox, { argv, cwd: "/", env: {} }, signal);
  if (exitCode === 0) return;
  throw new AppError(
    "unavailable",
    "The worker has no buildah, which builds Dockerfiles. Install it with: apt-get install buildah",
  );
}

async function* readFileOf(sandbox: Sandbox, path: string, signal: AbortSignal): AsyncGenerator<Buffer> {
  const stop = new AbortController();
  const child = sandbox.spawn(
    { argv: ["cat", path], cwd: "/", env: {} },
    AbortSignal.any([signal, stop.signal]),
  );
  child.stdin.end();
  child.stderr.resume();
  try {
    yield* child.stdout as AsyncIterable<Buffer>;
  } finally {
    // A reader that has enough leaves the program waiting.
    stop.abort();
    await child.exited;
  }
}

const resultName = "localhost/tembo-result:latest";
const featuredName = "localhost/tembo-featured:latest";
const featuresFile = "Dockerfile.features";
const baseName = (index: number) => `localhost/tembo-base-${index}:latest`;

const configPaths = (homePath: string) => ({
  CONTAINERS_CONF: `${homePath}/containers.conf`,
  CONTAINERS_STORAGE_CONF: `${homePath}/storage.conf`,
  CONTAINERS_REGISTRIES_CONF: `${homePath}/registries.conf`,
});

/** Configures buildah, and removes git's data from the build context: the files of a commit determine the image. */
const prepare = `set -e
rm -rf .git
mkdir -p "$1/tmp"
cd "$1"
: > containers.conf
echo '{"default":[{"type":"insecureAcceptAnything"}]}' > policy.json
printf '[storage]\\ndriver = "vfs"\\nrunroot = "%s/run"\\ngraphroot = "%s/storage"\\n' "$1" "$1" > storage.conf
printf 'unqualified-search-registries = ["docker.io"]\\nshort-name-mode = "disabled"\\n' > registries.conf`;

const importBase = `set -e
image=$(buildah pull --quiet --signature-policy "$3" "oci:$1")
buildah tag "$image" "$2"
rm -r "$1"`;

const writeImageUser = 'buildah inspect --type image --format "{{.OCIv1.Config.User}}" "$1" > "$2"';

const exportImage = `buildah push --quiet --disable-compression --signature-policy "$1" "$2" "oci:$3"`;
