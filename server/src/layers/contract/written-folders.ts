import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, lstatSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import type { TestContext } from "node:test";
import { zstdCompressSync } from "node:zlib";
import { makeLayersFolder, testOwner } from "../testing/open-layers.ts";
import { attribute } from "./content.ts";
import { archiveOf, never, type Suite } from "./suite.ts";

export function testWrittenFolders(suite: Suite): void {
  suite("packs what an overlay wrote, with its whiteouts and opaque folders", async (t, { name, layers }) => {
    const base = await layers.add(
      archiveOf(
        { name: "gone", body: "x" },
        { name: "full/" },
        { name: "full/old", body: "x" },
        { name: "kept" },
      ),
      never,
    );
    const { upper, workspace } = await writeFolders(t, name === "ownFolder");
    const folders = [
      { hostPath: upper, path: "/" },
      { hostPath: workspace, path: "/workspace" },
    ];
    const setup = await layers.add({ kind: "folders", folders }, never);
    const again = await layers.add({ kind: "folders", folders }, never);
    assert.equal(again.digest, setup.digest);
    const mounted = await layers.mount([base.digest, setup.digest], never);
    const [lower, higher] = mounted.folders.map(({ path }) => path) as [string, string];
    assert.ok(lstatSync(join(higher, "gone")).isCharacterDevice());
    assert.equal(attribute(higher, "full", "user.overlay.opaque"), "79");
    assert.equal(attribute(higher, "full", "user.overlay.origin"), null);
    assert.equal(readFileSync(join(higher, "workspace/app/main.py"), "utf8"), "print()\n");
    if (testOwner !== null) {
      const merged = await mergedNames(t, lower, higher);
      assert.deepEqual(merged, { root: ["full", "kept", "workspace"], full: ["new"] });
    }
    await mounted.release();
  });

  suite("creates the same layer from an export on another machine, in another format", async (t, {
    name,
    layers,
  }) => {
    const { upper, workspace } = await writeFolders(t, name === "ownFolder");
    const folders = [
      { hostPath: upper, path: "/" },
      { hostPath: workspace, path: "/workspace" },
    ];
    const { digest } = await layers.add({ kind: "folders", folders }, never);
    const exported = await buffer(layers.export(digest, never));
    const elsewhere = await (await makeLayersFolder(t, name === "erofs" ? "folder" : name)).open();
    const archive = Readable.from([zstdCompressSync(exported)]);
    assert.equal((await elsewhere.add({ kind: "layer", archive }, never)).digest, digest);
    const asArchive = await elsewhere.add({ kind: "archive", archive: Readable.from([exported]) }, never);
    assert.notEqual(asArchive.digest, digest, "control: an archive cannot contain whiteouts");
    await assert.rejects(buffer(layers.export(asArchive.digest, never)), { code: "not_found" });
  });

  suite("leaves out the content of emptied folders, and lets later folders cover earlier ones", async (t, {
    name,
    layers,
  }) => {
    const { upper, workspace } = await writeFolders(t, name === "ownFolder");
    const folders = [
      { hostPath: upper, path: "/", emptied: ["full", "missing"] },
      { hostPath: workspace, path: "/gone" },
    ];
    const { digest } = await layers.add({ kind: "folders", folders }, never);
    const mounted = await layers.mount([digest], never);
    const names = readdirSync(mounted.folders[0]!.path, { recursive: true }).sort();
    assert.deepEqual(names, ["full", "gone", "gone/app", "gone/app/main.py"]);
    await mounted.release();
  });

  suite("gives files of another host user to root, beside those of reserved IDs", async (t, {
    name,
    layers,
  }) => {
    if (testOwner === null || name === "ownFolder") return t.skip("needs root");
    const { workspace } = await writeFolders(t, true);
    const [user, { firstId }] = [testOwner.firstId - 1_000, testOwner];
    execFileSync("chown", ["-hR", `${user}:${user}`, workspace]);
    await writeFile(join(workspace, "service"), "x", { mode: 0o600 });
    execFileSync("chown", [`${firstId + 26}:${firstId + 27}`, join(workspace, "service")]);
    const owner = { firstId, count: 65_536, rootId: user };
    const folders = [{ hostPath: workspace, path: "/workspace", owner }];
    assert.deepEqual(await layers.findText(folders, ["print()"], never), {
      path: "/workspace/app/main.py",
      index: 0,
    });
    const { digest } = await layers.add({ kind: "folders", folders }, never);
    const mounted = await layers.mount([digest], never);
    const owners = ["app/main.py", "service"].map((path) => {
      const { uid, gid } = lstatSync(join(mounted.folders[0]!.path, "workspace", path));
      return [uid - mounted.folders[0]!.firstId!, gid - mounted.folders[0]!.firstId!];
    });
    assert.deepEqual(owners, [
      [0, 0],
      [26, 27],
    ]);
    await mounted.release();
  });

  suite("reads a folder of a layer, and follows no link out of it", async (_t, { layers }) => {
    const { digest } = await layers.add(
      archiveOf(
        { name: "workspace/" },
        { name: "workspace/closed", body: "content", mode: 0o600, uid: 5 },
        { name: "link", type: "2", target: "/etc" },
      ),
      never,
    );
    const names = async (path: string) => {
      const archive = await buffer(layers.readFolder(digest, path, never));
      return execFileSync("tar", ["-t"], { input: archive, encoding: "utf8" }).trim().split("\n");
    };
    assert.deepEqual(await names("/workspace"), ["./", "./closed"]);
    await assert.rejects(names("/missing"), { code: "unavailable" });
    const linked = await names("/link/passwd").catch(({ code }) => code);
    assert.equal(linked, "unavailable", "resolves the link inside the confinement, which has no such file");
  });

  suite("finds texts in folders, also across pieces, and follows no links", async (t, { name, layers }) => {
    const { workspace } = await writeFolders(t, name === "ownFolder");
    const owner =
      testOwner === null || name === "ownFolder" ? null : { firstId: testOwner.firstId, count: 1 };
    const find = (path: string, ...texts: string[]) =>
      layers.findText([{ hostPath: path, path: "/workspace", owner }], texts, never);
    assert.deepEqual(await find(workspace, "absent", "print()"), {
      path: "/workspace/app/main.py",
      index: 1,
    });
    assert.equal(await find(workspace, "absent"), null);
    const outside = join(workspace, "../outside");
    await writeFile(outside, "secret-outside");
    await symlink(outside, join(workspace, "link"));
    assert.equal(await find(workspace, "secret-outside"), null);
    assert.ok(readFileSync(join(workspace, "link"), "utf8").includes("secret-outside"), "control");
    await writeFile(join(workspace, "large"), `${"x".repeat(1024 ** 2 - 3)}needle`, { mode: 0o644 });
    assert.deepEqual(await find(workspace, "needle"), { path: "/workspace/large", index: 0 });
  });

  suite("finds texts in names, targets of links and attributes, and does not show names with them", async (t, {
    name,
    layers,
  }) => {
    const { workspace } = await writeFolders(t, name === "ownFolder");
    const find = (text: string) =>
      layers.findText([{ hostPath: workspace, path: "/workspace" }], [text], never);
    await mkdir(join(workspace, "app/secret-of-folder/below"), { recursive: true });
    await writeFile(join(workspace, "app/secret-of-file"), "");
    await symlink("/nowhere/secret-of-link", join(workspace, "app/link"));
    await writeFile(join(workspace, "app/marked"), "");
    const mark = "import os, sys; os.setxattr(sys.argv[1], 'user.note', b'the secret-of-attribute')";
    execFileSync("python3", ["-c", mark, join(workspace, "app/marked")]);
    if (testOwner !== null && name !== "ownFolder") giveToOwner(workspace);
    assert.deepEqual(await find("secret-of-folder"), { path: "/workspace/app", index: 0 });
    assert.deepEqual(await find("secret-of-file"), { path: "/workspace/app", index: 0 });
    assert.deepEqual(await find("secret-of-link"), { path: "/workspace/app/link", index: 0 });
    assert.deepEqual(await find("secret-of-attribute"), { path: "/workspace/app/marked", index: 0 });
    assert.equal(await find("secret-of-nothing"), null, "control");
  });

  suite("searches with the rights of the reserved IDs if the caller names no owner", async (t, {
    name,
    layers,
  }) => {
    if (name === "ownFolder" || testOwner === null) return;
    const { workspace } = await writeFolders(t, true);
    await writeFile(join(workspace, "of-the-host"), "needle", { mode: 0o600 });
    const folders = [{ hostPath: workspace, path: "/workspace" }];
    const search = ["needle"];
    await assert.rejects(layers.findText(folders, search, never), { code: "unavailable" });
    giveToOwner(workspace);
    assert.notEqual(await layers.findText(folders, search, never), null, "control");
  });

  suite("rejects overlay attributes in an archive, which would redirect paths", async (_t, { layers }) => {
    const pax = { "SCHILY.xattr.user.overlay.redirect": "/etc", "SCHILY.xattr.trusted.overlay.opaque": "y" };
    const marked = await layers.add(archiveOf({ name: "folder/", pax }), never);
    assert.equal(marked.digest, (await layers.add(archiveOf({ name: "folder/" }), never)).digest);
  });
}

/** Writes the folders that an overlay with the option `userxattr` would have written. */
async function writeFolders(t: TestContext, isOwn: boolean) {
  const folder = await mkdtemp(join(tmpdir(), "tembo-upper-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const [upper, workspace] = [join(folder, "upper"), join(folder, "workspace")];
  for (const path of [join(upper, "full"), join(workspace, "app")]) await mkdir(path, { recursive: true });
  await writeFile(join(upper, "full/new"), "new");
  await writeFile(join(workspace, "app/main.py"), "print()\n", { mode: 0o600 });
  const marks = [
    "import os, sys",
    "os.mknod(sys.argv[1] + '/gone', 0o020644, 0)",
    "os.setxattr(sys.argv[1] + '/full', 'user.overlay.opaque', b'y')",
    "os.setxattr(sys.argv[1] + '/full', 'user.overlay.origin', b'handle')",
  ];
  execFileSync("python3", ["-c", marks.join("\n"), upper]);
  if (testOwner !== null && !isOwn) giveToOwner(upper, workspace);
  return { upper, workspace };
}

/** Gives folders to the owner of layers. */
function giveToOwner(...folders: readonly string[]): void {
  const id = String(testOwner?.firstId);
  execFileSync("chown", ["-hR", `${id}:${id}`, ...folders]);
}

/** Mounts the two layers as an overlay in a user namespace, as a sandbox does, and lists the result. */
async function mergedNames(t: TestContext, lower: string, higher: string) {
  const folder = await mkdtemp(join(tmpdir(), "tembo-merged-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const script = `mount -t overlay -o userxattr,lowerdir="$1:$2" overlay "$3" && ls "$3" && echo / && ls "$3/full"`;
  const args = ["--mount", "--user", "--map-root-user", "sh", "-c", script, "sh", higher, lower, folder];
  const [root, full] = execFileSync("unshare", args, { encoding: "utf8" }).split("/\n");
  assert.ok(existsSync(folder) && readdirSync(folder).length === 0);
  return { root: root!.trim().split("\n"), full: full!.trim().split("\n") };
}
