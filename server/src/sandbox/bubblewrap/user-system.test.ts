import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { SandboxSpec } from "../../core/turns/index.ts";
import { inChunks, makeTar } from "../../layers/testing/make-tar.ts";
import { testSandboxContract } from "../sandbox-contract.ts";
import { afterwards } from "../testing/afterwards.ts";
import { makeProvider } from "../testing/make-provider.ts";
import { foldersOf, makeDataDir, run, shell, specOf } from "../testing/run-in-sandbox.ts";
import { makeWithSystem, openTestSystem, systemOf } from "../testing/test-system.ts";

const { layers, add } = await openTestSystem();
const further = await add({ kind: "archive", archive: inChunks(makeTar([{ name: "further", body: "" }])) });
const system = await systemOf("user");

testSandboxContract("bubblewrap", { make: await makeWithSystem("user"), variant: "bubblewrap, image, user" });

test("runs the programs of the image, with its variables under the sandbox's own", async (t) => {
  const { sandbox } = await setUp(t, {
    system: { ...system, env: { PATH: "/usr/bin", HOME: "/x", OWN: "1" } },
  });
  const { stdout } = await run(sandbox, ["python3", "-c", "import os; print(os.environ)"]);
  assert.match(stdout, /'PATH': '[^']+\/bin:\/usr\/bin'/);
  assert.match(stdout, /'HOME': '\/home\/tembo'/);
  assert.match(stdout, /'OWN': '1'/);
  assert.equal(
    (await shell(sandbox, "cat /etc/image; test -e /usr/bin/perl || echo none")).stdout,
    "image\nnone\n",
  );
});

test("keeps changes of the system for the session's next sandbox, and shows them to no other session", async (t) => {
  const { sandbox, provider, dataDir } = await setUp(t, { system });
  await shell(sandbox, "echo kept > /file");
  await sandbox.stop();
  const read = async (spec: SandboxSpec) => {
    const next = await provider.create(spec);
    const { stdout } = await shell(next, "cat /file || echo none");
    await next.stop();
    return stdout;
  };
  assert.equal(await read({ ...specOf(), system }), "kept\n");
  assert.equal(await read({ ...specOf(2), system }), "none\n");
  const layered = { ...system, layers: [...system.layers, further] } as const;
  assert.equal(await read({ ...specOf(), system: layered }), "none\n", "other layers");
  assert.equal(await read({ ...specOf(), system }), "none\n", "changes of other layers are removed");
  assert.ok(
    existsSync(join(foldersOf(dataDir).ownPath, "system")),
    "control: deleted with the session's folder",
  );
});

test("cannot change a file of the layers, and gains nothing from a setuid program", async (t) => {
  const { sandbox } = await setUp(t, { system });
  const { stderr } = await shell(
    sandbox,
    "echo x >> /etc/image; touch /usr/bin/x; rm -f /usr/bin/python3; mv /usr/bin/sh /x",
  );
  assert.equal(stderr.match(/Permission denied/g)?.length, 4, stderr);
  assert.match((await shell(sandbox, "cat /proc/self/status")).stdout, /^CapBnd:\s0+$/m);
});

test("explains why a system cannot run", async (t) => {
  const dataDir = await makeDataDir(t);
  const withoutLayers = await makeProvider("bubblewrap", dataDir);
  await assert.rejects(withoutLayers.create({ ...specOf(), system }), {
    code: "sandbox_unavailable",
    message: /stores no layers/,
  });
  const unsafe = await makeProvider("unsafe-local", dataDir);
  await assert.rejects(unsafe.create({ ...specOf(), system }), {
    code: "sandbox_unavailable",
    message: /programs of this machine only/,
  });
  const provider = await makeProvider("bubblewrap", dataDir, { layers });
  const missing = { ...system, layers: [`sha256:${"0".repeat(64)}`] } as const;
  await assert.rejects(provider.create({ ...specOf(), system: missing }), { code: "not_found" });
});

async function setUp(t: TestContext, change: Partial<SandboxSpec>) {
  const dataDir = await makeDataDir(t);
  const provider = await makeProvider("bubblewrap", dataDir, { layers });
  const sandbox = await provider.create({ ...specOf(), ...change });
  afterwards(t, () => sandbox.stop());
  return { dataDir, provider, sandbox };
}
