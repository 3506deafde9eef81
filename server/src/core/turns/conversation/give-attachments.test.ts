import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { newId } from "../../base/index.ts";
import type { Attachment } from "../../sessions/index.ts";
import { claudeCodeInfo } from "../../sessions/session/testing/claude-code-info.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import type { TurnContext } from "../turn/turn-context.ts";
import { giveAttachments } from "./give-attachments.ts";

let home: string;
let sandbox: Sandbox;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "tembo-home-"));
  sandbox = {
    homePath: home,
    spawn: ({ argv: [program, ...args], cwd }: { argv: [string, ...string[]]; cwd: string }) => {
      const child = spawn(program, args, { cwd, stdio: "pipe" });
      const exited = new Promise((resolve) => child.on("close", (code, signal) => resolve({ code, signal })));
      return { stdin: child.stdin, stdout: child.stdout, stderr: child.stderr, exited };
    },
  } as unknown as Sandbox;
});
afterEach(() => rm(home, { recursive: true }));

const anAttachment = (change: Partial<Attachment> = {}): Attachment => ({
  id: newId(),
  organizationId: newId(),
  sha256: "0".repeat(64),
  blobId: newId(),
  name: "my notes.txt",
  mediaType: "text/plain",
  sizeBytes: 5,
  createdAt: new Date(0),
  ...change,
});

function give(attachment: Attachment, takesImages = true, bytes = Buffer.from("words")) {
  const capabilities = { ...claudeCodeInfo.capabilities, takesImages };
  const context = {
    ports: {
      harnesses: { list: () => [{ ...claudeCodeInfo, capabilities }] },
      blobs: {
        async *get() {
          yield bytes;
        },
      },
    },
    session: { harness: claudeCodeInfo.name, model: "m" },
  } as unknown as TurnContext;
  return giveAttachments(context, sandbox, { attachments: [attachment] });
}

test("writes a file to HOME and links it, with the same result on a repeated call", async () => {
  const attachment = anAttachment();
  for (let time = 0; time < 2; time++) {
    const path = `${home}/attachments/${attachment.id}/my notes.txt`;
    assert.deepEqual(await give(attachment), [{ type: "resourceLink", path, name: "my notes.txt" }]);
    assert.equal(await readFile(path, "utf8"), "words");
  }
});

test("adds an image when the harness supports images and the image is small enough", async () => {
  const picture = anAttachment({ name: "red.png", mediaType: "image/png" });
  const types = async (...given: Parameters<typeof give>) => (await give(...given)).map(({ type }) => type);
  assert.deepEqual(await types(picture), ["resourceLink", "image"]);
  assert.deepEqual(await types(picture, false), ["resourceLink"]);
  assert.deepEqual(await types(picture, true, Buffer.alloc(3_750_001)), ["resourceLink"]);
});

test("does not follow a symbolic link when writing an attachment", async () => {
  const attachment = anAttachment();
  const repository = join(home, "repository");
  const outside = join(home, "outside.txt");
  await mkdir(repository);
  await writeFile(outside, "untouched");
  await symlink(repository, join(home, "attachments"));
  await give(attachment);
  assert.deepEqual(await readdir(repository), []);
  const folder = join(home, "attachments", attachment.id);
  await rm(folder, { recursive: true });
  await symlink(repository, folder);
  await give(attachment);
  assert.deepEqual(await readdir(repository), []);
  await rm(join(folder, attachment.name));
  await symlink(outside, join(folder, attachment.name));
  await give(attachment);
  assert.equal(await readFile(outside, "utf8"), "untouched");
});

test("fails with the reason when a file cannot be written", async () => {
  const attachment = anAttachment({ name: "x".repeat(300) });
  await assert.rejects(give(attachment), {
    code: "harness_failed",
    message: /could not be copied.*too long/i,
  });
});
