import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { allowsPrograms, startTemporaryCluster } from "./temporary-cluster.ts";

test("removes the folders of clusters whose processes ended, and its own", async (t) => {
  const first = await startTemporaryCluster();
  t.after(() => first.stop());
  const folder = join(new URL(first.url).searchParams.get("host")!, "../..");
  const ended = spawnSync("true").pid;
  const [abandoned, inUse] = [ended, process.ppid].map((pid) =>
    join(dirname(folder), `cluster.tmp.${pid}.test`),
  );
  for (const path of [abandoned!, inUse!]) mkdirSync(path);
  t.after(() => rmSync(inUse!, { recursive: true }));
  const second = await startTemporaryCluster();
  await second.stop();
  assert.deepEqual([abandoned!, inUse!, folder].map(existsSync), [false, true, true]);
  assert.equal(existsSync(join(new URL(second.url).searchParams.get("host")!, "../..")), false);
});

test("does not use a folder from which programs cannot run", () => {
  const mount = (folder: string, options: string) => `tmpfs ${folder} tmpfs ${options} 0 0\n`;
  const docker = "rw,nosuid,nodev,noexec,size=65536k";
  assert.equal(allowsPrograms("/dev/shm", mount("/dev/shm", docker)), false);
  assert.equal(allowsPrograms("/dev/shm", mount("/dev/shm", "rw,nosuid,nodev")), true);
  assert.equal(allowsPrograms("/dev/shm", mount("/dev", docker)), true);
  assert.equal(allowsPrograms("/dev/shm", mount("/dev/shm", docker) + mount("/dev/shm", "rw")), true);
});
