import assert from "node:assert/strict";
import { existsSync, mkdirSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { ProcessNames } from "../../file-lock/process-names.ts";
import { afterwards } from "../testing/afterwards.ts";
import { runInContainer } from "../testing/run-in-container.ts";
import { makeOnce } from "./make-once.ts";

const [module, namesModule] = ["make-once.ts", "../../file-lock/process-names.ts"].map(
  (path) => new URL(path, import.meta.url).href,
);

async function makeParent(t: TestContext) {
  const root = await mkdtemp(join(tmpdir(), "tembo-once-"));
  afterwards(t, () => rm(root, { recursive: true }));
  const parent = join(root, "parent");
  await mkdir(parent);
  const names = await ProcessNames.open(join(root, "names"));
  afterwards(t, () => names.close());
  return { parent, names, namesFolder: join(root, "names") };
}

test("makes a folder that does not exist, and leaves nothing if that fails", async (t) => {
  const { parent, names } = await makeParent(t);
  const folder = join(parent, "points-1");
  const failing = makeOnce(names, folder, async (incomplete) => {
    await mkdir(incomplete);
    throw new Error("no space");
  });
  await assert.rejects(failing, /no space/);
  assert.deepEqual(await readdir(parent), []);
  await makeOnce(names, folder, (incomplete) => {
    mkdirSync(incomplete);
    assert.ok(!existsSync(folder), "it appears when it is complete");
  });
  await makeOnce(names, folder, () => assert.fail("It exists."));
  assert.deepEqual(await readdir(parent), ["points-1"]);
});

test("keeps the folder of the process that was faster", async (t) => {
  const { parent, names } = await makeParent(t);
  const folder = join(parent, "points-1");
  const make = (content: string, before: () => Promise<void>) =>
    makeOnce(names, folder, async (incomplete) => {
      await mkdir(incomplete);
      await writeFile(join(incomplete, content), "");
      await before();
    });
  await make("slow", () => make("fast", async () => {}));
  assert.deepEqual(await readdir(parent), ["points-1"]);
  assert.deepEqual(await readdir(folder), ["fast"]);
});

test("removes the incomplete folder of a process in another container only after the process has ended", {
  skip: process.getuid!() !== 0 && "needs root",
}, async (t) => {
  const { parent, names, namesFolder } = await makeParent(t);
  const { line: incomplete, end } = await runInContainer(
    t,
    `import { mkdirSync } from "node:fs";
    const { makeOnce } = await import(${JSON.stringify(module)});
    const { ProcessNames } = await import(${JSON.stringify(namesModule)});
    const names = await ProcessNames.open(${JSON.stringify(namesFolder)});
    await makeOnce(names, ${JSON.stringify(join(parent, "perl-1"))}, (incomplete) => {
      mkdirSync(incomplete);
      console.log(incomplete);
      globalThis.names = names;
      return new Promise(() => {});
    });`,
  );
  await makeOnce(names, join(parent, "perl-2"), (path) => mkdir(path).then(() => {}));
  assert.ok(existsSync(incomplete));
  await end();
  await makeOnce(names, join(parent, "perl-3"), (path) => mkdir(path).then(() => {}));
  assert.ok(!existsSync(incomplete), "control");
});
