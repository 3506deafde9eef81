import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { commitAll, makeWorld, plainGit } from "../git-fixture.ts";

const content = "large\n".repeat(100_000);
const pointerOf = (text: string) =>
  `version https://git-lfs.github.com/spec/v1\noid sha256:${createHash("sha256").update(text).digest("hex")}\nsize ${text.length}\n`;

/** Creates a repository with a pointer, and a workspace in which the file's contents replace the pointer, as after `git lfs pull`. */
async function pulled(t: TestContext, text = content) {
  const world = makeWorld(t);
  writeFileSync(join(world.person, ".gitattributes"), "*.bin filter=lfs -text\n");
  writeFileSync(join(world.person, "a.bin"), pointerOf(content));
  commitAll(world.person, "With a pointer");
  plainGit(world.person, "push", "--quiet", "origin", "HEAD:main");
  await world.fetch();
  const { baseSha } = await world.checkOut();
  world.write("a.bin", text);
  return { ...world, baseSha };
}

test("does not capture a change if the content matches its LFS pointer", async (t) => {
  const world = await pulled(t);
  assert.equal((await world.capture()).headSha, world.baseSha);
  world.write("other.txt", "other\n");
  const { headSha } = await world.capture();
  assert.equal(
    world.at(world.site.capturePath, "diff", "--name-only", world.baseSha!, headSha!),
    "other.txt",
  );
  assert.equal(world.at(world.site.capturePath, "show", `${headSha}:a.bin`), pointerOf(content).trimEnd());
  world.write("other.txt", "again\n");
  const again = await world.capture();
  assert.equal(
    world.at(world.site.capturePath, "show", `${again.headSha}:a.bin`),
    pointerOf(content).trimEnd(),
  );
});

test("control: captures different content of the same length", async (t) => {
  const world = await pulled(t, content.replace("large", "other"));
  const { headSha } = await world.capture();
  assert.match(world.at(world.site.capturePath, "show", `${headSha}:a.bin`), /^other\nlarge/);
});
