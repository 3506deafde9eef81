import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { chmod, mkdir, open as openFile, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { pollUntil } from "../../runtime/poll-until.ts";
import { listMounts, mount, unmount } from "../mounts/mount.ts";
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
    const leftover = join(dataDir, "layers/new", "1-0-leftover");
    await mkdir(join(leftover, "out"), { recursive: true });
    const isMount = name !== "ownFolder";
    assert.equal((await listMounts()).includes(mountPoint), isMount, "the mount survives its server");
    const third = await open();
    assert.equal((await listMounts()).includes(mountPoint), false);
    assert.deepEqual(readdirSync(join(dataDir, "layers/new")), []);
    await (await third.mount([digest], never)).release();
    assert.equal(await third.remove(digest), true);
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
