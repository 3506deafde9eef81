import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { endings, ofType, pushFiles, remoteFile } from "../../e2e/src/support/index.ts";
import { resultsOf } from "../../e2e/src/support/tool-results.ts";
import { workToMerge } from "../../scripts/install-tests/work-to-merge.ts";
import { addNode, importBase, keepDownloads, openStorage, type Storage } from "../testing/storage.ts";
import { type ContainerOptions, containersOf, required, tag } from "./testing/containers.ts";
import { apiKey, withContainers } from "./testing/with-containers.ts";

const programs = ["buildah", "mmdebstrap", "podman"];
const missing = programs.filter((name) => spawnSync(name, ["--version"]).error !== undefined);
const skip =
  (process.getuid!() !== 0 && "needs root") || (missing.length > 0 && `needs ${missing.join(", ")}`);
const base = "localhost/node:trixie-slim";
/** Starts a sandbox as the worker does: as another user, with a host name and a /proc of its own. */
const startSandbox = `setpriv --reuid 700001 --regid 700001 --clear-groups --no-new-privs \
  bwrap --unshare-all --hostname sandbox --ro-bind / / --proc /proc --dev /dev true`;
/** Number of user IDs that docs/guides/containers.md requires for a pod. */
const podIds = 6 * 65_536;
const repository = join(import.meta.dirname, "../..");
/** Prints which formats of layers work, with the reserved IDs of a pod. The bundle has no module for that. */
const tryLayers = `import { tryFormats } from "/repository/server/src/layers/choose-format.ts";
  const trials = await tryFormats({ firstId: 265_536 }, "/var/lib/tembo/trial");
  for (const { format, problem } of trials) console.log(format.name + ": " + (problem ?? "works"));`;

describe("the image", { skip }, () => {
  let storage: Storage;
  before(() => {
    storage = openStorage();
    importBase(storage, "localhost/debian:trixie-slim");
    addNode(storage, "localhost/debian:trixie-slim", base);
    storage.build("build-image.ts", ["--tag", tag, "--base", base], keepDownloads(storage));
  });
  after(() => storage?.remove());

  test("contains the bundled command and the pages, but no sources and no development dependencies", (context) => {
    const root = join(storage.mount(tag), "opt/tembo");
    const has = (path: string) => existsSync(join(root, path));
    assert.deepEqual(["node_modules/vite", "node_modules/typescript", "e2e", "docs"].filter(has), []);
    const parts = ["cli/src/main.js", "node_modules/fastify", "site/dist/index.html", "web/dist/index.html"];
    assert.deepEqual(
      parts.filter((path) => !has(path)),
      [],
    );
    assert.deepEqual(globSync("{cli,contract,sdk,server}/src/**/*.ts", { cwd: root }), []);
    const { version } = JSON.parse(
      readFileSync(join(root, "cli/node_modules/commander/package.json"), "utf8"),
    );
    const manifest = JSON.parse(readFileSync(join(repository, "cli/package.json"), "utf8"));
    assert.equal(version, manifest.dependencies.commander, "the workspace's own packages");
    assert.equal(existsSync(join(root, "../../root/.npmrc")), false);
    const { output } = containersOf(storage).runScript(
      "tembo --version; du -sh --one-file-system /opt/tembo",
    );
    context.diagnostic(output);
    assert.match(output, /^0\.\d+\.\d+\n/);
  });

  test("starts a sandbox with the seccomp profile and an unmasked /proc only", () => {
    const { runScript } = containersOf(storage);
    const start = (...security: string[]) => runScript(startSandbox, { security });
    assert.deepEqual(start(...required.seccomp, ...required.proc), { status: 0, output: "" });
    assert.match(start(...required.seccomp).output, /Can't mount proc/, "control");
    assert.match(start(...required.proc).output, /Can't set hostname/, "control");
  });

  test("stores layers with the capability SYS_ADMIN only, and in a user namespace as folders", () => {
    const workingFormats = (options: ContainerOptions) =>
      containersOf(storage).runScript(`node --input-type=module --eval '${tryLayers}'`, {
        ...options,
        mounts: { "/repository": repository },
      }).output;
    const addedCapabilities = ["SYS_ADMIN"];
    assert.match(workingFormats({ addedCapabilities }), /^folder: works$/m);
    assert.match(workingFormats({}), /^folder: .*add the capability SYS_ADMIN/m, "control");
    const pod = (userIds: number) => workingFormats({ addedCapabilities, userIds });
    assert.match(pod(podIds), /^folder: works$/m);
    assert.doesNotMatch(pod(podIds), /^erofs: works$/m);
    assert.match(pod(3 * 65_536), /^folder: This container has no user ID 265536/m);
  });

  test("has a health check, which requests the server's health on its port and accepts a worker", async () => {
    const [image] = JSON.parse(storage.run("podman", "inspect", "--type", "image", tag));
    assert.partialDeepStrictEqual(image.HealthCheck ?? image.Healthcheck, { Test: ["CMD", "tembo-health"] });
    const { runScript } = containersOf(storage);
    const check = (status: number, env = "") =>
      runScript(`node -e 'require("node:http").createServer((request, response) => {
          response.writeHead(request.url === "/healthz" ? ${status} : 404).end();
        }).listen(0, "127.0.0.1", function () {
          require("node:child_process").spawn("tembo-health", [], {
            env: { ...process.env, PORT: String(this.address().port), ${env} },
          }).on("exit", (code) => process.exit(code));
        })'`).status;
    assert.equal(check(200), 0);
    assert.equal(check(503), 1, "control: an unhealthy server");
    assert.equal(check(200, 'PORT: "1"'), 1, "control: no server on the port");
    // The first process of a worker's container has these arguments.
    const asWorker = (command: string) =>
      runScript(`exec sh -c 'PORT=1 tembo-health; exit $?' -- tembo ${command} -`).status;
    assert.equal(asWorker("worker"), 0);
    assert.equal(asWorker("server"), 1, "control");
  });

  test("reads settings from files in /run/secrets whose names are those of variables", () => {
    const folder = mkdtempSync(join(tmpdir(), "tembo-secrets-"));
    try {
      writeFileSync(join(folder, "PORT"), "none\n");
      writeFileSync(join(folder, "port"), "1\n");
      const { output } = containersOf(storage).runScript("exec tembo doctor", {
        mounts: { "/run/secrets": folder },
      });
      assert.match(output, /PORT.*"none"/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("runs a turn in a worker's container that has the machine's user IDs", () => runTurn({}, "700001"));

  test("runs a turn in a worker's container that has a user namespace, as a pod", () =>
    runTurn({ userIds: podIds, env: { TEMBO_SANDBOX_UID_BASE: "65536" } }, "65537"));

  test("runs a session to a merged pull request on a server and a worker in containers", () =>
    withContainers(storage, {}, async (installation) => {
      const ids = storage.run("podman", "ps", "--quiet").trim().split("\n");
      assert.equal(ids.length, 2);
      // The server chose a free port, which its health check does not know.
      const isHealthy = (id: string, port: string) => {
        const args = ["exec", "--env", `PORT=${port}`, id, "tembo-health"];
        return spawnSync("podman", args, { env: storage.env }).status === 0;
      };
      const { port } = new URL(installation.client.baseURL);
      assert.deepEqual(
        ids.map((id) => isHealthy(id, port)),
        [true, true],
      );
      assert.equal(
        ids.filter((id) => isHealthy(id, "1")).length,
        1,
        "control: only the worker does not listen",
      );
      await workToMerge({ ...installation, apiKey });
    }));

  test("reports a user namespace with too few user IDs", async () => {
    // Kubernetes gives this number to a pod, unless the kubelet has another one.
    const tooSmall = { userIds: 65_536, env: { TEMBO_SANDBOX_UID_BASE: "65536" } };
    await assert.rejects(
      withContainers(storage, tooSmall, async () => {}),
      /has no user ID 65536\b/,
    );
  });

  /** Runs a turn that commits a file, and verifies the user of the sandbox. */
  async function runTurn(
    options: ContainerOptions & { env?: Readonly<Record<string, string>> },
    uid: string,
  ): Promise<void> {
    await withContainers(storage, options, async ({ client }) => {
      const { url } = await client.repositories.create({ owner: "acme", name: "app" });
      await pushFiles(url, apiKey, "main", { "a.txt": "1\n" });
      const session = await client.session.create({
        prompt: 'Work. SCRIPT(write("one.txt", "1\\n"), bash("id -u"), say("Done."))',
        repositories: [url],
      });
      const events = [];
      for await (const event of client.session.events(session.id, { after: 0 })) {
        events.push(event);
        if (endings([event]).length > 0) break;
      }
      assert.equal(events.at(-1)?.eventType, "turn.completed", JSON.stringify(events.at(-1)));
      assert.equal(ofType(events, "pullRequest.opened").length, 1);
      assert.match(resultsOf(events).join("\n"), new RegExp(`\\b${uid}\\b`));
      const { branchName } = await client.session.retrieve(session.id);
      assert.equal(await remoteFile(url, apiKey, branchName!, "one.txt"), "1");
    });
  }
});
