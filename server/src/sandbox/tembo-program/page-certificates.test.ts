import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, connect, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer, text } from "node:stream/consumers";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const main = fileURLToPath(new URL("main.cjs", import.meta.url));
const hasChromium = (process.env.PATH ?? "").split(":").some((path) => existsSync(join(path, "chromium")));
const skip = !hasChromium && "chromium is not on the PATH: apt-get install chromium";
const injectionHost = "https://api.example.test";
/** Paths that the page of the attack requests. */
const requested = ["/frame", "/image", "/page", "/socket", "/worker"];

/** Requests of a page to another host, in all the ways that differ for certificates. */
const attack = (to: string) => `<!doctype html><link rel="icon" href="data:,">
<img src="${to}/image"><iframe src="${to}/frame"></iframe>
<script>
const post = (at) => 'fetch("' + at + '", { method: "POST", mode: "no-cors" }).catch(() => {});';
eval(post("${to}/page"));
new Worker(URL.createObjectURL(new Blob([post("${to}/worker")])));
new WebSocket("${to.replace("https", "wss")}/socket");
</script>`;

/**
 * Starts servers with a certificate that no browser trusts: a development server, and the host that an egress proxy
 * leads to. Returns the paths that they received.
 */
async function startServers() {
  await using started = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "tembo-certificates-"));
  started.defer(() => rm(folder, { recursive: true, force: true }));
  const [keyPath, certificatePath] = [join(folder, "key.pem"), join(folder, "certificate.pem")];
  await promisify(execFile)("openssl", [
    ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"],
    ...["-subj", "/CN=own", "-addext", "subjectAltName=DNS:localhost,DNS:api.example.test"],
    ...["-keyout", keyPath, "-out", certificatePath],
  ]);
  const credentials = { key: await readFile(keyPath), cert: await readFile(certificatePath) };
  const listen = async (server: Server): Promise<number> => {
    const sockets = new Set<Socket>();
    server.on("connection", (socket: Socket) => sockets.add(socket.on("error", () => {})));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    started.defer(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    return (server.address() as AddressInfo).port;
  };
  const seen = { host: [] as string[], development: [] as string[], proxy: [] as string[] };
  const answer = (paths: string[], pages: Record<string, string> = {}): RequestListener => {
    // The screenshot is taken when the page has loaded, so its image arrives only after its other requests.
    const image = Promise.withResolvers<void>();
    return async ({ url = "" }, response) => {
      paths.push(url);
      if (requested.every((path) => paths.includes(path))) image.resolve();
      if (url === "/image") await image.promise;
      if (url === "/redirect") response.writeHead(302, { location: `${injectionHost}/redirected` }).end();
      else response.setHeader("content-type", "text/html").end(pages[url] ?? "page");
    };
  };
  const hostPort = await listen(createTlsServer(credentials, answer(seen.host)));
  const pages: Record<string, string> = { "/attack": attack(injectionHost) };
  const port = await listen(createTlsServer(credentials, answer(seen.development, pages)));
  pages["/control"] = attack(`https://127.0.0.1:${port}`);
  const proxy = createServer().on("connect", ({ url = "" }, socket: Socket) => {
    seen.proxy.push(url);
    const upstream = connect(hostPort, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      socket.pipe(upstream).pipe(socket);
    });
    upstream.on("error", () => socket.destroy());
  });
  const proxyUrl = `http://127.0.0.1:${await listen(proxy)}`;
  const kept = started.move();
  return {
    seen,
    origin: `https://localhost:${port}`,
    /** Takes a screenshot through the proxy. Returns whether the output is a PNG, and the error. */
    async capture(url: string) {
      const request = JSON.stringify({ url, width: 100, height: 100, maxBytes: 1_000_000 });
      const child = spawn(process.execPath, [main, "take-screenshot", request], {
        env: { PATH: process.env.PATH, TMPDIR: folder, HTTPS_PROXY: proxyUrl },
      });
      const [png, error] = await Promise.all([buffer(child.stdout), text(child.stderr)]);
      return { isPng: png.subarray(1, 4).toString() === "PNG", error };
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

test("accepts the certificate of a development server, but of no other host that its page uses", {
  skip,
}, async () => {
  await using servers = await startServers();
  const { seen, origin, capture } = servers;
  assert.deepEqual(await capture(`${origin}/control`), { isPng: true, error: "" });
  assert.deepEqual(
    seen.development.slice(1).toSorted(),
    requested,
    "control: what the page of the attack requests",
  );
  assert.deepEqual(await capture(`${origin}/attack`), { isPng: true, error: "" });
  assert.ok(seen.proxy.length >= requested.length, `control: the page connects to the host: ${seen.proxy}`);
  assert.deepEqual(seen.host, []);
});

test("rejects another host's certificate that a URL or a redirect leads to", { skip }, async () => {
  await using servers = await startServers();
  const { seen, origin, capture } = servers;
  for (const url of [`${origin}/redirect`, `${injectionHost}/direct`]) {
    const { isPng, error } = await capture(url);
    assert.match(
      error,
      /could not open .* does not trust the certificate of this host\. \(ERR_CERT_AUTHORITY_INVALID\)/,
      url,
    );
    assert.equal(isPng, false);
  }
  assert.deepEqual([seen.development, seen.host], [["/redirect"], []]);
});
