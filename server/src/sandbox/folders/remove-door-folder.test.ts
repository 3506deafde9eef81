import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { removeDoorFolder } from "./remove-door-folder.ts";

test("removes a session's folder of doors when it is empty, and no other folder", async (t) => {
  const root = await mkdtemp(join(tmpdir(), "tembo-doors-"));
  t.after(() => rm(root, { recursive: true, force: true }));
  const folder = join(root, "s1");
  const doors = {
    model: join(folder, "m"),
    egress: join(folder, "e"),
    git: join(folder, "g"),
    tools: join(folder, "t"),
  };
  await mkdir(folder);
  await removeDoorFolder({ sessionId: "other", doors });
  assert.ok(existsSync(folder), "it is not named after the session");
  await writeFile(doors.model, "");
  await removeDoorFolder({ sessionId: "s1", doors });
  assert.ok(existsSync(doors.model), "a door is in it");
  await rm(doors.model);
  // No process has this number; that of a living one is not touched.
  await writeFile(join(folder, ".4194305-1"), "");
  await writeFile(join(folder, `.${process.pid}-1`), "");
  await removeDoorFolder({ sessionId: "s1", doors });
  assert.deepEqual(await readdir(folder), [`.${process.pid}-1`]);
  await rm(join(folder, `.${process.pid}-1`));
  await removeDoorFolder({ sessionId: "s1", doors });
  await removeDoorFolder({ sessionId: "s1", doors });
  assert.ok(!existsSync(folder));
});
