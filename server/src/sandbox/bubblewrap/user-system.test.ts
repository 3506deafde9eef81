import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { type TestContext, test } from "node:test";
import type { SandboxSpec } from "../../core/turns/index.ts";
import { inChunks, makeTar } from "../../layers/testing/make-tar.ts";
import { perlInside } from "../system/prepare-perl.ts";
import { afterwards } from "../testing/afterwards.ts";
import { makeProvider } from "../testing/make-provider.ts";
import { foldersOf, makeDataDir, run, shell, specOf } from "../testing/run-in-sandbox.ts";
import { openTestSystem, systemOf } from "../testing/test-system.ts";

const { layers, add } = await openTestSystem();
const further = await add({ kind: "archive", archive: inChunks(makeTar([{ name: "further", body: "" }])) });
const system = await systemOf("user");

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
  await shell(sandbox, "echo kept > /var/tmp/file");
  await sandbox.stop();
  const read = async (spec: SandboxSpec) => {
    const next = await provider.create(spec);
    const { stdout } = await shell(next, "cat /var/tmp/file || echo none");
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

test("cannot change a file of the layers, and gains nothing from a setuid program", {
  skip: process.getuid!() !== 0 && "without root, the session's user owns the layers",
}, async (t) => {
  const { sandbox } = await setUp(t, { system });
  const { stderr } = await shell(
    sandbox,
    "echo x >> /etc/image; touch /usr/bin/x; rm -f /usr/bin/python3; mv /usr/bin/sh /var/tmp; rm -f /bin; mv /etc /other; touch /file",
  );
  assert.equal(stderr.match(/Permission denied/g)?.length, 7, stderr);
  assert.equal((await shell(sandbox, "touch /var/tmp/file")).code, 0, "control: the system is not read-only");
  assert.match((await shell(sandbox, "cat /proc/self/status")).stdout, /^CapBnd:\s0+$/m);
});

test("opens a terminal in an image whose variables would break Perl, and passes them to the program", async (t) => {
  const broken = { PERL5OPT: "-MNope", LD_PRELOAD: "/nope.so", LC_ALL: "xx_XX.UTF-8" };
  const { sandbox } = await setUp(t, { system: { ...system, env: { ...system.env, ...broken } } });
  const script = "import os; print(*(os.environ[name] for name in ['PERL5OPT', 'LD_PRELOAD', 'LC_ALL']))";
  const argv = ["python3", "-c", script] as const;
  const size = { rows: 24, columns: 80 };
  const terminal = sandbox.openTerminal(
    { argv: [...argv], cwd: "/", env: {} },
    size,
    AbortSignal.timeout(30_000),
  );
  const output = await text(terminal.output);
  assert.match(output, /^-MNope \/nope\.so xx_XX\.UTF-8\r$/m);
  assert.doesNotMatch(output, /Nope\.pm/);
  const direct = await run(sandbox, [...perlInside, "-e", "print 1"]);
  assert.match(direct.stderr, /Nope\.pm/, "control: Perl reads these variables");
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
