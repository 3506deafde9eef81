import { createHash } from "node:crypto";
import { AppError } from "../../../base/index.ts";
import type { RemoteImage } from "../../layer/images.ts";
import type { Sandbox, SandboxProcess } from "../../sandbox/sandbox.ts";
import type { BuildContext } from "../build-context.ts";

const mediaTypes = {
  manifest: "application/vnd.oci.image.manifest.v1+json",
  config: "application/vnd.oci.image.config.v1+json",
  layer: "application/vnd.oci.image.layer.v1.tar",
} as const;

/**
 * Writes an image to a folder of a sandbox, as an OCI layout with one layer. The server downloads the image as it does for
 * the source `image`, so the sandbox needs no access to the registry, and each file exists only once.
 */
export async function placeImage(
  context: Pick<BuildContext, "layers" | "ports">,
  sandbox: Sandbox,
  { image, folder }: { readonly image: RemoteImage; readonly folder: string },
  signal: AbortSignal,
): Promise<void> {
  const layers = await context.ports.layers();
  const source = { kind: "image", layers: image.download(signal), needsGlibc: false } as const;
  const { digest } = await context.layers.add(source, signal);
  const place = { sandbox, folder, signal };
  const layer = await put(place, layers.readFolder(digest, "/", signal));
  const { env, user, workingFolder } = image.config;
  const config = await putJson(place, {
    os: "linux",
    architecture: process.arch === "x64" ? "amd64" : process.arch,
    config: { Env: env, User: user, WorkingDir: workingFolder },
    rootfs: { type: "layers", diff_ids: [layer.digest] },
  });
  const manifest = await putJson(place, {
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    config: { mediaType: mediaTypes.config, ...config },
    layers: [{ mediaType: mediaTypes.layer, ...layer }],
  });
  await write(place, "oci-layout", [JSON.stringify({ imageLayoutVersion: "1.0.0" })]);
  const manifests = [{ mediaType: mediaTypes.manifest, ...manifest }];
  await write(place, "index.json", [JSON.stringify({ schemaVersion: 2, manifests })]);
}

interface Place {
  readonly sandbox: Sandbox;
  readonly folder: string;
  readonly signal: AbortSignal;
}

type Content = AsyncIterable<Uint8Array> | Iterable<string>;

const putJson = (place: Place, value: object) => put(place, [JSON.stringify(value)]);

/** Writes a blob, and names it after its digest. */
async function put(
  place: Place,
  content: Content,
): Promise<{ readonly digest: string; readonly size: number }> {
  const hash = createHash("sha256");
  let size = 0;
  await write(
    place,
    "blob",
    (async function* () {
      for await (const chunk of content) {
        const bytes = Buffer.from(chunk as Uint8Array);
        hash.update(bytes);
        size += bytes.byteLength;
        yield bytes;
      }
    })(),
  );
  const hex = hash.digest("hex");
  await run(place, 'cd "$1" && mkdir -p blobs/sha256 && mv blob "blobs/sha256/$2"', [hex], []);
  return { digest: `sha256:${hex}`, size };
}

const write = (place: Place, name: string, content: Content) =>
  run(place, 'mkdir -p "$1" && cat > "$1/$2"', [name], content);

async function run(
  { sandbox, folder, signal }: Place,
  script: string,
  args: readonly string[],
  content: Content,
): Promise<void> {
  const argv = ["/bin/sh", "-c", script, "sh", folder, ...args] as const;
  const child = sandbox.spawn({ argv, cwd: "/", env: {} }, signal);
  child.stdout.resume();
  child.stderr.resume();
  child.stdin.on("error", () => {});
  // A failed write ends the loop. The exit code of the program explains it.
  for await (const chunk of content) if (!(await writeChunk(child.stdin, chunk))) break;
  child.stdin.end();
  const { code } = await child.exited;
  signal.throwIfAborted();
  if (code !== 0)
    throw new AppError("unavailable", "A base image could not be written to the builder. Try again.");
}

/** Returns false if the program no longer reads its input. */
const writeChunk = (stdin: SandboxProcess["stdin"], chunk: Uint8Array | string): Promise<boolean> =>
  new Promise((resolve) => {
    stdin.write(chunk, (error) => resolve(!error));
  });
