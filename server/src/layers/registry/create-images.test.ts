import assert from "node:assert/strict";
import { createServer } from "node:http";
import { type TestContext, test } from "node:test";
import type { ImageCredential } from "../../core/turns/index.ts";
import { testOutbound } from "../../outbound/testing/test-outbound.ts";
import { makeTar } from "../testing/make-tar.ts";
import { serveRegistry, type TestRegistry } from "../testing/serve-registry.ts";
import { createImages, type ImagesOptions } from "./create-images.ts";

const never = new AbortController().signal;
const layers = [
  makeTar([{ name: "a", body: "first" }]),
  makeTar([{ name: "b", body: Buffer.alloc(200_000, "x") }]),
];
const credential: ImageCredential = { registry: null, username: "user", password: "the password" };
const basic = `Basic ${Buffer.from("user:the password").toString("base64")}`;

const imagesWith = (options: Partial<ImagesOptions> = {}) =>
  createImages({
    fetch: testOutbound().fetch,
    maxBytes: 1024 ** 2,
    architecture: "amd64",
    backoff: { firstMs: 1, maxMs: 1 },
    ...options,
  });

async function pull(
  registry: TestRegistry,
  {
    version = ":1",
    withCredential = false,
    onlyFor = null,
    ...options
  }: Partial<ImagesOptions> & { version?: string; withCredential?: boolean; onlyFor?: string | null } = {},
) {
  const request = {
    reference: `${registry.host}/app${version}`,
    credential: withCredential ? { ...credential, registry: onlyFor } : null,
  };
  const image = await imagesWith(options).resolve(request, never);
  const bodies: Buffer[] = [];
  for await (const layer of image.download(never)) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of layer) chunks.push(chunk);
    bodies.push(Buffer.concat(chunks));
  }
  return { ...image, bodies };
}

const blobPaths = ({ content }: TestRegistry) =>
  [...content].filter(([, { type }]) => type.includes("layer")).map(([path]) => path);

test("finds the image for this processor, and downloads its layers in order", async (t) => {
  const registry = await serveRegistry(t, layers);
  const { pinned, config, bodies } = await pull(registry);
  assert.match(pinned, /^127\.0\.0\.1:\d+\/app@sha256:[0-9a-f]{64}$/);
  assert.deepEqual(config, { env: ["A=b"], user: "app", workingFolder: "/srv" });
  assert.deepEqual(
    bodies,
    blobPaths(registry).map((path) => registry.content.get(path)!.body),
  );
  const arm = await pull(registry, { architecture: "arm64" });
  assert.notEqual(arm.pinned, pinned);
  assert.equal((await pull(registry, { version: pinned.slice(pinned.indexOf("@")) })).pinned, pinned);
});

test("signs in with a token, and sends the credential only to the sign-in URL", async (t) => {
  const registry = await serveRegistry(t, layers);
  registry.intercept = ({ url, headers }, response) => {
    if (url!.startsWith("/token?")) {
      response.end(JSON.stringify(headers.authorization === basic ? { token: "the-token" } : {}));
      return true;
    }
    if (headers.authorization === "Bearer the-token") return false;
    response.writeHead(401, {
      "www-authenticate": `Bearer realm="http://${registry.host}/token",service="registry",scope="repository:app:pull"`,
    });
    response.end();
    return true;
  };
  await pull(registry, { withCredential: true });
  const signIns = registry.requests.filter(({ path }) => path.startsWith("/token"));
  assert.deepEqual(signIns, [
    { path: "/token?service=registry&scope=repository%3Aapp%3Apull", authorization: basic },
  ]);
  assert.ok(
    registry.requests.every(
      ({ path, authorization }) => path.startsWith("/token") || authorization !== basic,
    ),
  );
});

test("retries a sign-in that fails for a moment, and names the limit of one that keeps failing", async (t) => {
  const registry = await serveRegistry(t, layers);
  const failures: number[] = [503, 429];
  registry.intercept = ({ url, headers }, response) => {
    if (url!.startsWith("/token")) {
      const status = failures.shift() ?? 200;
      response.writeHead(status, { "retry-after": "0" });
      response.end(JSON.stringify({ token: "the-token" }));
      return true;
    }
    if (headers.authorization === "Bearer the-token") return false;
    const realm = `Bearer realm="http://${registry.host}/token"`;
    response.writeHead(401, { "www-authenticate": realm }).end();
    return true;
  };
  await pull(registry);
  assert.equal(failures.length, 0);
  failures.push(429, 429, 429, 429, 429);
  await assert.rejects(pull(registry), { code: "image_failed", message: /rate limit/ });
});

test("signs in with Basic if the registry demands it", async (t) => {
  const registry = await serveRegistry(t, layers);
  registry.intercept = ({ headers }, response) => {
    if (headers.authorization === basic) return false;
    response.writeHead(401, { "www-authenticate": 'Basic realm="x"' }).end();
    return true;
  };
  await pull(registry, { withCredential: true });
  await assert.rejects(pull(registry), { code: "image_failed", message: /add a credential/ });
});

test("sends a credential for one registry to no other", async (t) => {
  const registry = await serveRegistry(t, layers);
  registry.intercept = ({ headers }, response) => {
    if (headers.authorization === basic) return false;
    response.writeHead(401, { "www-authenticate": 'Basic realm="x"' }).end();
    return true;
  };
  const port = Number(registry.host.split(":")[1]);
  for (const onlyFor of ["127.0.0.1", `127.0.0.1:${port + 1}`, "docker.io", "", "http://a"])
    await assert.rejects(pull(registry, { withCredential: true, onlyFor }), { code: "image_failed" });
  assert.ok(registry.requests.every(({ authorization }) => authorization === undefined));
  await pull(registry, { withCredential: true, onlyFor: registry.host });
  assert.ok(
    registry.requests.some(({ authorization }) => authorization === basic),
    "control",
  );
});

test("follows a redirect of a blob to another origin without the credential", async (t) => {
  const registry = await serveRegistry(t, layers);
  const received: (string | undefined)[] = [];
  const storage = createServer((request, response) => {
    received.push(request.headers.authorization);
    response.end(registry.content.get(request.url!)!.body);
  });
  await new Promise<void>((resolve) => storage.listen(0, "127.0.0.1", resolve));
  t.after(() => storage.close());
  const { port } = storage.address() as { readonly port: number };
  registry.intercept = ({ url, headers }, response) => {
    if (headers.authorization !== basic) response.writeHead(401, { "www-authenticate": "Basic" }).end();
    else if (blobPaths(registry).includes(url!))
      response.writeHead(307, { location: `http://127.0.0.1:${port}${url}` }).end();
    else return false;
    return true;
  };
  await pull(registry, { withCredential: true });
  assert.deepEqual(received, [undefined, undefined]);
});

test("does not follow a registry to a private host that the operator does not list", async (t) => {
  const registry = await serveRegistry(t, layers);
  const unlisted = createServer((_request, response) => response.end("secret"));
  await new Promise<void>((resolve) => unlisted.listen(0, "127.0.0.1", resolve));
  t.after(() => unlisted.close());
  const { port } = unlisted.address() as { readonly port: number };
  registry.intercept = ({ url }, response) => {
    if (!url!.includes("/blobs/")) return false;
    response.writeHead(307, { location: `http://127.0.0.1:${port}/` }).end();
    return true;
  };
  const { fetch } = testOutbound({ privateHosts: [registry.host] });
  await assert.rejects(pull(registry, { fetch }), { code: "unreachable" });
  await assert.rejects(pull(registry), { code: "image_failed", message: /wrong digest/ }, "control");
});

test("continues an interrupted download where it ended", async (t) => {
  const registry = await serveRegistry(t, layers);
  const path = blobPaths(registry)[1]!;
  const { body } = registry.content.get(path)!;
  let isFirst = true;
  registry.intercept = ({ url }, response) => {
    if (url !== path || !isFirst) return false;
    isFirst = false;
    response.writeHead(200, { "content-length": body.length });
    response.write(body.subarray(0, 100), () => response.destroy());
    return true;
  };
  const { bodies } = await pull(registry);
  assert.deepEqual(bodies[1], body);
  const ranges = registry.requests.filter((one) => one.path === path).map(({ range }) => range);
  assert.equal(ranges.length, 2);
  assert.match(ranges[1]!, new RegExp(`^bytes=\\d+-${body.length - 1}$`));
});

type Change = (registry: TestRegistry) => void;
const changeBlob =
  (change: (body: Buffer) => Buffer): Change =>
  (registry) => {
    const blob = registry.content.get(blobPaths(registry)[1]!)!;
    blob.body = change(blob.body);
  };
const answerBlobs =
  (answer: (response: import("node:http").ServerResponse) => void): Change =>
  (registry) => {
    registry.intercept = ({ url }, response) => {
      if (!blobPaths(registry).includes(url!)) return false;
      answer(response);
      return true;
    };
  };
const answerAll =
  (status: number, headers: Record<string, string> = {}): Change =>
  (registry) => {
    registry.intercept = (_request, response) => {
      response.writeHead(status, headers).end();
      return true;
    };
  };

const hostile: readonly (readonly [name: string, change: Change, code: string, message: RegExp])[] = [
  [
    "changes a layer",
    changeBlob((body) => Buffer.concat([Buffer.from("X"), body.subarray(1)])),
    "image_failed",
    /wrong digest/,
  ],
  ["sends a layer without an end", answerBlobs(sendForever), "image_failed", /more than \d+ bytes/],
  ["sends less than a layer", changeBlob((body) => body.subarray(0, 10)), "image_failed", /keeps closing/],
  [
    "closes every connection",
    answerBlobs((response) => response.destroy()),
    "image_failed",
    /does not respond/,
  ],
  [
    "sends a manifest without an end",
    (registry) => {
      registry.intercept = (_request, response) => {
        sendForever(response);
        return true;
      };
    },
    "image_failed",
    /more than 4 MiB/,
  ],
  [
    "changes the manifest of a digest",
    (registry) => {
      for (const [path, stored] of registry.content)
        if (path.includes("manifests/sha256")) stored.body = Buffer.concat([stored.body, Buffer.from(" ")]);
    },
    "image_failed",
    /manifest with a wrong digest/,
  ],
  [
    "sends no manifest",
    (registry) => {
      registry.content.get("/v2/app/manifests/1")!.body = Buffer.from("<html>");
    },
    "image_failed",
    /not supported/,
  ],
  ["has no such image", answerAll(404), "image_failed", /does not have "1".*Check the name/],
  ["forbids the image", answerAll(403), "image_failed", /add a credential/],
  [
    "limits the rate",
    answerAll(429, { "retry-after": "3600" }),
    "image_failed",
    /rate limit.*in 3600 seconds/,
  ],
  [
    "names a platform that is not a word",
    (registry) => {
      const index = registry.content.get("/v2/app/manifests/1")!;
      index.body = Buffer.from(index.body.toString("utf8").replaceAll('"linux"', '"<b>\\n\\u001b[31m"'));
    },
    "image_failed",
    /not supported/,
  ],
  [
    "names a platform that is too long",
    (registry) => {
      const index = registry.content.get("/v2/app/manifests/1")!;
      index.body = Buffer.from(index.body.toString("utf8").replaceAll('"amd64"', `"${"x".repeat(51)}"`));
    },
    "image_failed",
    /not supported/,
  ],
  ["fails", answerAll(503), "image_failed", /status 503/],
  ["redirects forever", answerAll(307, { location: "/v2/app/manifests/1" }), "unreachable", /too many/],
  [
    "names a file as its sign-in URL",
    answerAll(401, { "www-authenticate": 'Bearer realm="file:///etc/passwd"' }),
    "unreachable",
    /does not follow/,
  ],
  [
    "redirects to a file",
    answerAll(307, { location: "file:///etc/passwd" }),
    "unreachable",
    /does not follow/,
  ],
];

for (const [name, change, code, message] of hostile)
  test(`fails clearly if a registry ${name}`, { timeout: 30_000 }, async (t) => {
    const registry = await serveRegistry(t, layers);
    change(registry);
    await assert.rejects(pull(registry), { code, message });
  });

test("rejects an image for another processor or with too many bytes", async (t) => {
  const registry = await serveRegistry(t, layers);
  await assert.rejects(pull(registry, { architecture: "riscv64" }), {
    code: "image_failed",
    message: /no image for linux\/riscv64, only for linux\/amd64, linux\/arm64/,
  });
  await assert.rejects(pull(registry, { maxBytes: 100 }), {
    code: "too_large",
    message: /TEMBO_LAYER_CACHE_GB/,
  });
});

test("stops when the signal aborts", async (t: TestContext) => {
  const registry = await serveRegistry(t, layers);
  registry.intercept = () => true;
  const abort = new AbortController();
  const resolving = imagesWith().resolve(
    { reference: `${registry.host}/app:1`, credential: null },
    abort.signal,
  );
  setImmediate(() => abort.abort(new Error("no longer needed")));
  await assert.rejects(resolving, /no longer needed/);
});

function sendForever(response: import("node:http").ServerResponse): void {
  const chunk = Buffer.alloc(65_536, "x");
  const send = () => {
    while (!response.destroyed && response.write(chunk));
    if (!response.destroyed) response.once("drain", send);
  };
  response.on("error", () => {});
  send();
}
