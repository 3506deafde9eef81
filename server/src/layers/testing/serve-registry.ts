import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { TestContext } from "node:test";
import { gzipSync } from "node:zlib";

export const digestOf = (body: Buffer | string) =>
  `sha256:${createHash("sha256").update(body).digest("hex")}`;

/** Handles a request. Returns true if it sent a response, and false to let the registry answer. */
export type Intercept = (request: IncomingMessage, response: ServerResponse) => boolean;

export interface TestRegistry {
  /** Host and port. */
  readonly host: string;
  /** Method and path of every request, with its `Authorization` and `Range` headers. */
  readonly requests: { readonly path: string; readonly authorization?: string; readonly range?: string }[];
  /** Paths of the blobs and manifests, which a test may change. */
  readonly content: Map<string, { readonly type: string; body: Buffer }>;
  intercept: Intercept;
}

/** Adds an image, or moves its tag. */
export function pushImage(
  content: TestRegistry["content"],
  tag: string,
  layers: readonly Buffer[],
  Env: readonly string[] = ["A=b"],
): void {
  const { put, putJson } = openRepository(content, "app");
  const oci = "application/vnd.oci.image";
  const blobs = layers.map((layer) => {
    const body = gzipSync(layer, { level: 1 });
    return put(`blobs/${digestOf(body)}`, `${oci}.layer.v1.tar+gzip`, body);
  });
  const manifests = ["amd64", "arm64"].map((architecture) => {
    const file = { os: "linux", architecture, config: { Env, User: "app", WorkingDir: "/srv" } };
    const text = JSON.stringify(file);
    const config = putJson(`blobs/${digestOf(text)}`, `${oci}.config.v1+json`, file);
    const manifest = { schemaVersion: 2, mediaType: `${oci}.manifest.v1+json`, config, layers: blobs };
    const stored = putJson(`manifests/${digestOf(JSON.stringify(manifest))}`, manifest.mediaType, manifest);
    return { ...stored, platform: { os: "linux", architecture } };
  });
  putJson(`manifests/${tag}`, `${oci}.index.v1+json`, { schemaVersion: 2, manifests });
}

/** Adds a feature of dev containers to a repository, or moves its tag. Returns the digest. */
export function pushFeature(
  content: TestRegistry["content"],
  { repository, tag = "1" }: { readonly repository: string; readonly tag?: string },
  archive: Buffer,
  layerType = "application/vnd.devcontainers.layer.v1+tar",
): string {
  const { put, putJson } = openRepository(content, repository);
  const empty = Buffer.from("{}");
  const config = put(`blobs/${digestOf(empty)}`, "application/vnd.devcontainers", empty);
  const layer = put(`blobs/${digestOf(archive)}`, layerType, archive);
  const manifest = {
    ...{ schemaVersion: 2, mediaType: "application/vnd.oci.image.manifest.v1+json" },
    ...{ config, layers: [layer] },
  };
  const digest = digestOf(JSON.stringify(manifest));
  for (const version of [tag, digest]) putJson(`manifests/${version}`, manifest.mediaType, manifest);
  return digest;
}

function openRepository(content: TestRegistry["content"], repository: string) {
  const put = (path: string, type: string, body: Buffer) => {
    content.set(`/v2/${repository}/${path}`, { type, body });
    return { mediaType: type, digest: digestOf(body), size: body.length };
  };
  const putJson = (path: string, type: string, value: object) =>
    put(path, type, Buffer.from(JSON.stringify(value)));
  return { put, putJson };
}

/** Starts a registry with the image `app:1`, for linux/amd64 and linux/arm64. It supports ranges. */
export async function serveRegistry(
  t: Pick<TestContext, "after">,
  layers: readonly Buffer[],
): Promise<TestRegistry> {
  const content: TestRegistry["content"] = new Map();
  pushImage(content, "1", layers);

  const server = createServer((request, response) => {
    const path = request.url!;
    const { authorization, range } = request.headers;
    registry.requests.push({ path, ...(authorization && { authorization }), ...(range && { range }) });
    if (registry.intercept(request, response)) return;
    const found = content.get(path);
    if (found === undefined) {
      // Clients first check that a registry supports the API.
      response.writeHead(path === "/v2/" ? 200 : 404).end("{}");
      return;
    }
    const start = Number(/^bytes=(\d+)-/.exec(range ?? "")?.[1] ?? 0);
    response.writeHead(range === undefined ? 200 : 206, { "content-type": found.type });
    response.end(found.body.subarray(start));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as { readonly port: number };
  const registry: TestRegistry = { host: `127.0.0.1:${port}`, requests: [], content, intercept: () => false };
  return registry;
}
