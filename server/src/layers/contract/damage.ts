import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { chmod, mkdir, open as openFile, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { pollUntil } from "../../runtime/poll-until.ts";
import { listMounts, mount, unmount } from "../mounts/mount.ts";
import { LayerFolders } from "../store/layer-folders.ts";
import { formatNamed, quietLog, testOwner } from "../testing/open-layers.ts";
import { fileLayer, never, type Suite } from "./suite.ts";

const mounter = new URL("../testing/mount-and-wait.ts", import.meta.url);

export function testDamage(suite: Suite): void {
  suite("reports a layer whose bytes changed, and replaces it", async (_t, {
    dataDir,
    open,
    layers: first,
  }) => {
    const { digest } = await first.add(fileLayer("original"), never);
    await damage(join(dataDir, "layers/store", digest.slice(7)));
    const layers = await open();
    await assert.rejects(layers.mount([digest], never), { code: "layer_broken", message: /has changed/ });
    assert.equal(await layers.find(digest), null);
    await assert.rejects((await open()).mount([digest], never), { code: "layer_broken" }, "it stays broken");
    assert.equal((await layers.add(fileLayer("original"), never)).digest, digest);
    await (await layers.mount([digest], never)).release();
  });

  suite("reports a layer whose file is missing, and evicts it", async (_t, { dataDir, layers }) => {
    const { digest } = await layers.add(fileLayer("lost"), never);
    const folder = join(dataDir, "layers/store", digest.slice(7));
    for (const name of readdirSync(folder))
      if (name !== "layer.json") await rm(join(folder, name), { recursive: true });
    await assert.rejects(layers.mount([digest], never), { code: "layer_broken", message: /missing/ });
    assert.deepEqual(await layers.evict(), [digest]);
  });

  suite("reports a verified layer as broken only if the machine can mount others", async (_t, {
    name,
    dataDir,
    open,
    layers,
  }) => {
    if (name === "ownFolder") return;
    const { digest } = await layers.add(fileLayer("verified"), never);
    const format = formatNamed(name, testOwner);
    const failing = await open({ formats: [{ ...format, mountArguments: ["-t", "tembo-missing"] }] });
    await assert.rejects(failing.mount([digest], never), { code: "unavailable", message: /cannot mount/ });
    assert.notEqual(await layers.find(digest), null);
    await (await layers.mount([digest], never)).release();
    if (format.entryName !== "image") return;
    const folder = join(dataDir, "layers/store", digest.slice(7));
    await rm(join(folder, "image"));
    await writeFile(join(folder, "image"), Buffer.alloc(8_192, "x"));
    const fingerprint = await format.fingerprint(join(folder, "image"), never);
    const record = JSON.parse(await readFile(join(folder, "layer.json"), "utf8"));
    await writeFile(join(folder, "layer.json"), JSON.stringify({ ...record, fingerprint }));
    await assert.rejects(layers.mount([digest], never), {
      code: "layer_broken",
      message: /cannot be mounted/,
    });
    assert.deepEqual(readdirSync(join(dataDir, "layers/new")), []);
  });

  suite("treats a layer with an unreadable record as missing", async (_t, { dataDir, layers }) => {
    const { digest } = await layers.add(fileLayer("unreadable"), never);
    await writeFile(join(dataDir, "layers/store", digest.slice(7), "layer.json"), "{");
    assert.equal(await layers.find(digest), null);
    await layers.add(fileLayer("unreadable"), never);
    assert.notEqual(await layers.find(digest), null);
  });

  suite("reuses a layer of an earlier start", async (_t, { open, layers }) => {
    const { digest } = await layers.add(fileLayer("kept"), never);
    const later = await open();
    await (await later.mount([digest], never)).release();
  });

  suite("ends the mounts and removes the leftovers of a killed server", async (_t, {
    name,
    dataDir,
    open,
    layers,
  }) => {
    const { digest } = await layers.add(fileLayer("survives"), never);
    await layers.close();
    const child = spawn(process.execPath, [mounter.pathname, dataDir, name, digest], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [ready] = await once(child.stdout, "data");
    const mountPoint = String(ready).trim();
    const second = await open();
    assert.equal(await second.remove(digest), false, "another process uses it");
    child.kill("SIGKILL");
    await once(child, "exit");
    const isMount = name !== "ownFolder";
    const trial = join(dataDir, "layers/new/dead-trial/mount");
    await mkdir(trial, { recursive: true });
    await mkdir(join(dataDir, "layers/new/dead-creation/out"), { recursive: true });
    if (isMount) await mount(["-t", "tmpfs"], "tmpfs", trial);
    assert.equal((await listMounts()).includes(mountPoint), isMount, "the mount survives its server");
    const third = await open();
    for (const path of [mountPoint, trial]) assert.equal((await listMounts()).includes(path), false);
    assert.deepEqual(readdirSync(join(dataDir, "layers/new")), []);
    const namesOfProcesses = readdirSync(join(dataDir, "layers/users"));
    assert.deepEqual(readdirSync(join(dataDir, "layers/mounts")).sort(), namesOfProcesses.sort());
    await (await third.mount([digest], never)).release();
    assert.equal(await third.remove(digest), true);
  });

  suite("opens although a leftover cannot be removed, and removes it later", async (_t, {
    name,
    dataDir,
    open,
  }) => {
    if (name === "ownFolder") return;
    const folder = join(dataDir, "layers/new/dead-trial/mount");
    await mkdir(folder, { recursive: true });
    await mount(["-t", "tmpfs"], "tmpfs", folder);
    const user = spawn("sleep", ["600"], { cwd: folder });
    await once(user, "spawn");
    const warnings: object[] = [];
    await open({ log: { ...quietLog, warn: (facts: object) => void warnings.push(facts) } });
    assert.match(JSON.stringify(warnings), /dead-trial.*in use/);
    user.kill("SIGKILL");
    await once(user, "exit");
    await open();
    assert.deepEqual(readdirSync(join(dataDir, "layers/new")), []);
  });

  suite("respects a server in another container, whose process IDs have another meaning", async (_t, {
    name,
    dataDir,
    open,
    layers,
  }) => {
    if (testOwner === null) return;
    const { digest } = await layers.add(fileLayer("used in a container"), never);
    const wrapper = ["--pid", "--mount", "--mount-proc", "--fork", "--kill-child"];
    const child = spawn("unshare", [...wrapper, process.execPath, mounter.pathname, dataDir, name, digest], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    await once(child.stdout, "data");
    const second = await open();
    assert.equal(await second.remove(digest), false);
    assert.deepEqual(await (await open({ maxBytes: 0 })).evict(), []);
    child.stdin.write("\n");
    const [content] = await once(child.stdout, "data");
    assert.equal(String(content), "used in a container\n");
    child.kill("SIGKILL");
    await once(child, "exit");
    const isRemoved = await pollUntil(() => second.remove(digest), { every: 50, timeoutMs: 10_000 });
    assert.equal(isRemoved, true, "control");
  });

  suite("works in a data folder behind a symbolic link", async (_t, { name, dataDir, open, layers }) => {
    const link = `${dataDir}-link`;
    await symlink(dataDir, link);
    try {
      const { digest } = await layers.add(fileLayer("linked"), never);
      const linked = await open({ folders: await LayerFolders.open(link) });
      const mounted = await linked.mount([digest], never);
      const { path } = mounted.folders[0]!;
      if (name !== "ownFolder") {
        const mounts = join(dataDir, "layers/mounts");
        assert.deepEqual(
          (await listMounts()).filter((one) => one === mounts),
          [mounts],
        );
        assert.ok((await listMounts()).includes(path));
        const user = spawn("sleep", ["600"], { cwd: path });
        await once(user, "spawn");
        await mounted.release();
        assert.equal(await linked.remove(digest), false, "a program uses the mount");
        user.kill("SIGKILL");
        await once(user, "exit");
      }
      const child = spawn(process.execPath, [mounter.pathname, link, name, digest], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      await once(child.stdout, "data");
      child.kill("SIGKILL");
      await once(child, "exit");
      const next = await open({ folders: await LayerFolders.open(link) });
      await (await next.mount([digest], never)).release();
      assert.ok(!(await listMounts()).some((one) => one.startsWith(join(dataDir, "layers/new"))));
    } finally {
      await rm(link);
    }
  });

  suite("leaves a mount alone while a program uses it", async (_t, { name, layers }) => {
    if (name === "ownFolder") return;
    const { digest } = await layers.add(fileLayer("busy"), never);
    const { folders, release } = await layers.mount([digest], never);
    const { path } = folders[0]!;
    const user = spawn("sleep", ["600"], { cwd: path });
    await once(user, "spawn");
    await release();
    assert.ok((await listMounts()).includes(path));
    assert.equal(await layers.remove(digest), false);
    const again = await layers.mount([digest], never);
    assert.equal(again.folders[0]!.path, path);
    user.kill("SIGKILL");
    await once(user, "exit");
    await again.release();
    assert.equal((await listMounts()).includes(path), false, "control");
  });

  suite("shows its mounts in no other mount namespace", async (_t, { name, dataDir, open, layers }) => {
    if (name === "ownFolder") return;
    const { digest } = await layers.add(fileLayer("private"), never);
    await layers.close();
    await mount(["--bind"], dataDir, dataDir);
    await run("mount", ["--make-shared", dataDir]);
    const shared = await open();
    // The end of one server must not expose the mounts of another.
    await (await open()).close();
    const service = spawn("unshare", ["--mount", "--propagation", "slave", "sleep", "600"]);
    await once(service, "spawn");
    await pollUntil(() => isInOwnNamespace(service.pid!), { every: 10, timeoutMs: 10_000 });
    const mounted = await shared.mount([digest], never);
    const control = join(dataDir, "control");
    await mkdir(control);
    await run("mount", ["-t", "tmpfs", "tmpfs", control]);
    const { stdout } = await run("cat", [`/proc/${service.pid}/mountinfo`]);
    service.kill("SIGKILL");
    await once(service, "exit");
    await unmount(control);
    await mounted.release();
    await shared.close();
    await unmount(dataDir);
    assert.ok(stdout.includes(control), "control");
    assert.ok(!stdout.includes(mounted.folders[0]!.path));
  });
}

const run = promisify(execFile);

const isInOwnNamespace = (pid: number) =>
  readlinkSync(`/proc/${pid}/ns/mnt`) !== readlinkSync("/proc/self/ns/mnt") &&
  readFileSync(`/proc/${pid}/comm`, "utf8") === "sleep\n";

/** Changes one byte of the stored tree. */
async function damage(folder: string): Promise<void> {
  const image = join(folder, "image");
  if (readdirSync(folder).includes("tree")) {
    await chmod(join(folder, "tree/file"), 0o644);
    await writeFile(join(folder, "tree/file"), "Original");
    return;
  }
  const bytes = await readFile(image);
  const at = bytes.indexOf("original");
  const file = await openFile(image, "r+");
  await file.write("O", at === -1 ? statSync(image).size - 1 : at);
  await file.close();
}
