import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import type { RequestListener } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { promisify } from "node:util";
import { createCertificateAuthority } from "./certificate/certificate-authority.ts";
import { serveHttp, serveTls } from "./testing/local-servers.ts";
import { openTestEgress } from "./testing/open-test-egress.ts";

const execute = promisify(execFile);

test("curl reaches an allowed host, and shows why another host is blocked", async (t) => {
  const { run, place } = await setUp(t, (_request, response) => response.end("hello"));
  assert.equal((await run("curl", ["-sS", `http://${place}/`])).stdout, "hello");
  assert.equal((await run("curl", ["-sS", "--proxytunnel", `http://${place}/`])).stdout, "hello");
  const refused = await run("curl", ["-sS", "http://other.example/"]);
  assert.match(refused.stdout, /add "other.example:80" to the egress allowlist/);
  await assert.rejects(
    run("curl", ["-sSv", "https://other.example/"]),
    /403 Tembo does not allow egress to other.example:443/,
  );
});

test("curl, Node and Python send an injected secret over TLS if they trust the organization's authority", async (t) => {
  const server = await serveTls(t, (incoming, response) => response.end(`got ${incoming.headers["x-key"]}`));
  const place = `api.example:${server.port}`;
  const certificateAuthority = await createCertificateAuthority("organization");
  const { run, folder, denied } = await setUp(t, undefined, {
    certificateAuthority,
    secrets: [
      { value: "s3cret", header: "x-key", prefix: "", rules: [{ host: "api.example", port: server.port }] },
    ],
    privateHosts: ["api.example"],
    upstreamCa: [server.authority.certificate],
  });
  const ca = join(folder, "ca.pem");
  await writeFile(ca, certificateAuthority.certificate);
  const script = `console.log(await (await fetch("https://${place}/")).text())`;
  const python = `import ssl, urllib.request as u; c = ssl.create_default_context(cafile=${JSON.stringify(ca)}); c.verify_flags |= ssl.VERIFY_X509_STRICT; print(u.urlopen("https://${place}/", context=c).read().decode())`;
  const answers = [
    await run("curl", ["-sS", "--cacert", ca, `https://${place}/`]),
    await run(process.execPath, ["--input-type=module", "-e", script], { NODE_EXTRA_CA_CERTS: ca }),
    await run("python3", ["-c", python]),
  ];
  for (const { stdout } of answers) assert.equal(stdout.trim(), "got ******");
  assert.deepEqual(
    server.seen.map(({ request }) => request.headers["x-key"]),
    answers.map(() => "s3cret"),
  );
  assert.deepEqual(denied, []);
  await assert.rejects(
    run("curl", ["-sS", `https://${place}/`]),
    /certificate/,
    "control: fails without trusting the authority",
  );
});

test("Node's fetch uses the proxy for HTTP and HTTPS", async (t) => {
  const { run, place } = await setUp(t, (_request, response) => response.end("hello"));
  const fetching = (url: string) =>
    run(process.execPath, ["--input-type=module", "-e", `console.log(await (await fetch("${url}")).text())`]);
  assert.equal((await fetching(`http://${place}/`)).stdout, "hello\n");
  await assert.rejects(fetching("https://other.example/"), /403/);
});

test("git clones over HTTP through the proxy", async (t) => {
  const { run, place, folder } = await setUp(t, serveFolder);
  const git = (...args: string[]) =>
    run("git", ["-c", "user.name=a", "-c", "user.email=a@a.example", ...args]);
  const source = join(folder, "source");
  await git("init", "-q", source);
  await git("-C", source, "commit", "-q", "--allow-empty", "-m", "first");
  await git("clone", "-q", "--bare", source, join(folder, "served", "repository.git"));
  await git("-C", join(folder, "served", "repository.git"), "update-server-info");
  await git("clone", "-q", `http://${place}/repository.git`, join(folder, "clone"));
  assert.match((await git("-C", join(folder, "clone"), "log", "--format=%s")).stdout, /^first$/m);
  await assert.rejects(
    git("clone", "-q", "http://other.example/repository.git", join(folder, "other")),
    /403/,
  );
});

test("npm installs from a registry through the proxy", async (t) => {
  const { run, place, folder } = await setUp(t, serveFolder);
  const npm = (cwd: string, ...args: string[]) =>
    run("npm", [
      "--prefix",
      cwd,
      "--registry",
      `http://${place}/`,
      "--no-audit",
      "--no-fund",
      "--no-update-notifier",
      ...args,
    ]);
  const source = join(folder, "source");
  await mkdir(source);
  await writeFile(join(source, "package.json"), JSON.stringify({ name: "little", version: "1.0.0" }));
  await run("npm", ["pack", source, "--pack-destination", join(folder, "served")]);
  const tarball = await readFile(join(folder, "served", "little-1.0.0.tgz"));
  const dist = {
    tarball: `http://${place}/little-1.0.0.tgz`,
    integrity: `sha512-${createHash("sha512").update(tarball).digest("base64")}`,
  };
  const packument = {
    name: "little",
    "dist-tags": { latest: "1.0.0" },
    versions: { "1.0.0": { name: "little", version: "1.0.0", dist } },
  };
  await writeFile(join(folder, "served", "little"), JSON.stringify(packument));
  const project = join(folder, "project");
  await mkdir(project);
  await writeFile(join(project, "package.json"), "{}");
  await npm(project, "install", "little");
  assert.match(await readFile(join(project, "node_modules", "little", "package.json"), "utf8"), /little/);
});

test("pip downloads from an index through the proxy", async (t) => {
  const { run, place, folder } = await setUp(t, serveFolder);
  if (!(await isThere("python3", ["-m", "pip", "--version"]))) return t.skip("pip is not installed");
  const wheel = "little-1.0.0-py3-none-any.whl";
  await mkdir(join(folder, "served", "simple", "little"), { recursive: true });
  const files = {
    "little.py": "",
    "little-1.0.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: little\nVersion: 1.0.0\n",
    "little-1.0.0.dist-info/WHEEL":
      "Wheel-Version: 1.0\nGenerator: t\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    "little-1.0.0.dist-info/RECORD": "",
  };
  const zip = `import json, sys, zipfile; z = zipfile.ZipFile(sys.argv[1], "w"); [z.writestr(n, c) for n, c in json.loads(sys.argv[2]).items()]; z.close()`;
  await run("python3", ["-c", zip, join(folder, "served", wheel), JSON.stringify(files)]);
  await writeFile(
    join(folder, "served", "simple", "little", "index.html"),
    `<a href="/${wheel}">${wheel}</a>`,
  );
  const pip = (index: string) => {
    const options = [
      "--no-deps",
      "--no-cache-dir",
      "--disable-pip-version-check",
      "--retries",
      "0",
      "-d",
      folder,
    ];
    return run("python3", [
      "-m",
      "pip",
      "download",
      ...options,
      "--index-url",
      index,
      "--trusted-host",
      "pkg.example",
      "little",
    ]);
  };
  await pip(`http://${place}/simple/`);
  assert.ok(existsSync(join(folder, wheel)));
  await assert.rejects(pip("https://other.example/simple/"));
});

test("apt downloads a file through the proxy", async (t) => {
  const helper = "/usr/lib/apt/apt-helper";
  if (!existsSync(helper)) return t.skip("apt is not installed");
  const { run, place, folder } = await setUp(t, (_request, response) => response.end("hello"));
  await run(helper, ["download-file", `http://${place}/file`, join(folder, "file")]);
  assert.equal(await readFile(join(folder, "file"), "utf8"), "hello");
  await assert.rejects(
    run(helper, ["download-file", "http://other.example/file", join(folder, "other")]),
    /Tembo does not allow egress to other.example:80/,
  );
});

async function setUp(
  t: TestContext,
  answer?: RequestListener | typeof serveFolder,
  options: Parameters<typeof openTestEgress>[1] = {},
) {
  const folder = await mkdtemp(join(tmpdir(), "tembo-clients-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  await Promise.all([mkdir(join(folder, "served")), mkdir(join(folder, "home"))]);
  const listener = answer === serveFolder ? serveFolder(join(folder, "served")) : (answer as RequestListener);
  const server = await serveHttp(t, listener);
  const place = `pkg.example:${server.port}`;
  const egress = await openTestEgress(t, {
    allow: [place],
    privateHosts: ["pkg.example"],
    lookup: async () => ["127.0.0.1"],
    ...options,
  });
  const proxyUrl = await egress.proxyUrl();
  const variables = ["http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"];
  const env = {
    PATH: process.env.PATH,
    HOME: join(folder, "home"),
    NODE_USE_ENV_PROXY: "1",
    GIT_CONFIG_NOSYSTEM: "1",
    PIP_CONFIG_FILE: "/dev/null",
    ...Object.fromEntries(variables.map((name) => [name, proxyUrl])),
  };
  const run = (program: string, args: string[], more: Record<string, string> = {}) =>
    execute(program, args, { cwd: folder, env: { ...env, ...more } as NodeJS.ProcessEnv, timeout: 60_000 });
  return { ...egress, folder, place, run };
}

/** Serves the files of a folder like a static file server. */
function serveFolder(folder: string): RequestListener {
  return (request, response) => {
    const path = decodeURIComponent(request.url!.split("?")[0]!);
    readFile(join(folder, path.endsWith("/") ? `${path}index.html` : path)).then(
      (bytes) =>
        response
          .setHeader("content-type", path.endsWith("/") ? "text/html" : "application/octet-stream")
          .end(bytes),
      () => response.writeHead(404).end(),
    );
  };
}

async function isThere(program: string, args: string[]): Promise<boolean> {
  return execute(program, args).then(
    () => true,
    () => false,
  );
}
