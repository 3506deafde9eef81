import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { runTool } from "./doctor/run-tool.ts";
import { renderUnit, serviceRoles, unitName } from "./service/render-unit.ts";
import { installService, listServices, printService, uninstallService } from "./start-service.ts";

const options = { role: "worker", environmentFile: null, user: null } as const;

function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "tembo-service-"));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** Creates the folders of a machine with systemd, and a systemctl that records its arguments. */
function machineWithSystemd(t: TestContext, verify = "exit 0") {
  const folder = temporaryFolder(t);
  const place = {
    unitFolder: join(folder, "units"),
    packageFolder: join(folder, "package"),
    bootedFolder: join(folder, "booted"),
  };
  const bin = join(folder, "bin");
  for (const path of [...Object.values(place), bin]) mkdirSync(path);
  const calls = join(folder, "calls");
  writeFileSync(calls, "");
  // A stopped service drains during the next two calls.
  const states = join(folder, "states");
  const systemctl = `
    [ "$1" = stop ] && printf 'deactivating\ndeactivating\n' > ${states}
    [ "$1" = show ] || { echo "$@" >> ${calls}; exit 0; }
    state=active
    if [ -e ${states} ]; then
      state=$(head -n 1 ${states})
      sed -i 1d ${states}
      echo "\${state:-inactive}, unit: $(ls ${place.unitFolder})" >> ${calls}
    fi
    echo ActiveState=\${state:-inactive}
    echo UnitFileState=enabled`;
  for (const [name, script] of Object.entries({ systemctl, "systemd-analyze": verify }))
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return { place, env: { PATH: `${bin}:${process.env.PATH}` }, calls: () => readFileSync(calls, "utf8") };
}

test("systemd accepts the unit of each role", async (t) => {
  const folder = temporaryFolder(t);
  const path = process.env.PATH ?? "/usr/bin:/bin";
  const { isMissing } = await runTool(["systemd-analyze", "--version"], path);
  if (isMissing) return t.skip("systemd-analyze is not installed (Debian: apt-get install systemd)");
  const verify = async (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return runTool(["systemd-analyze", "verify", "--man=no", join(folder, name)], path);
  };
  for (const role of serviceRoles) {
    const { code, output } = await verify(unitName(role), await printService({ ...options, role }));
    assert.deepEqual([code, output], [0, ""], role);
  }
  const faulty = (await printService(options)).replace("KillMode=mixed", "KillMode=other");
  assert.match((await verify("faulty.service", faulty)).output, /kill mode/i, "control: it reports a fault");
});

test("the unit lets sandboxes work, and waits for a drain", async () => {
  const unit = await printService({ ...options, environmentFile: null });
  assert.match(unit, /\nEnvironmentFile=-\/etc\/tembo\.env\n/);
  assert.match(unit, /^# Written by "tembo service install worker"[.]\n\[Unit\]/);
  for (const line of ["Delegate=yes", "KillMode=mixed", "OOMPolicy=continue", "TimeoutStopSec=12min"])
    assert.ok(unit.includes(`\n${line}\n`), line);
  assert.ok(
    !/\n(ProtectSystem|PrivateTmp|ProtectKernelTunables|RestrictNamespaces|RestrictSUIDSGID)=/.test(unit),
  );
  assert.ok(!unit.includes("{{"));
  assert.match(await printService({ ...options, role: "start", user: "tembo" }), /\nUser=tembo\n/);
});

test("quotes paths, and rejects values that would add lines to the unit", async () => {
  const program = ["/opt/a b/node", "/opt/100%/$HOME.ts"] as const;
  const unit = await renderUnit({ ...options, program });
  assert.match(unit, /^ExecStart="\/opt\/a b\/node" \/opt\/100%%\/\$\$HOME[.]ts worker$/m);
  const file = await renderUnit({ ...options, program, environmentFile: "/opt/100%/a b.env" });
  assert.match(file, /^EnvironmentFile=\/opt\/100%%\/a b\.env$/m);
  const rejected = ["tembo.env", "/etc/a\nExecStart=/x", "/etc/a\rb", "/etc/a\\", "/etc/a "];
  for (const change of [
    { user: "a\nExecStart=/x" },
    ...rejected.map((environmentFile) => ({ environmentFile })),
  ])
    await assert.rejects(renderUnit({ ...options, ...change, program }), { code: "invalid_input" });
  const broken = ["/opt/node", "/opt/a\nb"] as const;
  await assert.rejects(renderUnit({ ...options, program: broken }), { code: "invalid_input" });
});

test("installs, lists and uninstalls a service", async (t) => {
  const { place, env, calls } = machineWithSystemd(t);
  const { unit, file } = await installService(env, options, place);
  assert.equal(readFileSync(file, "utf8"), await printService(options));
  assert.equal(calls(), `daemon-reload\nenable ${unit}\n`);
  await installService(env, options, place);
  assert.deepEqual(await listServices(env, place), [{ unit, state: "active", isEnabled: true }]);
  await uninstallService(env, "worker", place);
  assert.equal(existsSync(file), false);
  const draining = `deactivating, unit: ${unit}`;
  assert.deepEqual(calls().trim().split("\n").slice(-6), [
    `disable ${unit}`,
    `stop --no-block ${unit}`,
    draining,
    draining,
    `inactive, unit: ${unit}`,
    "daemon-reload",
  ]);
  await assert.rejects(uninstallService(env, "worker", place), { code: "not_found" });
  assert.deepEqual(await listServices(env, place), []);
});

test("requires that a given file with the settings exists", async (t) => {
  const { place, env, calls } = machineWithSystemd(t);
  const environmentFile = join(place.unitFolder, "own.env");
  const given = { ...options, environmentFile };
  await assert.rejects(installService(env, given, place), {
    code: "invalid_input",
    message: /does not exist/,
  });
  assert.equal(calls(), "");
  writeFileSync(environmentFile, "");
  const { file } = await installService(env, given, place);
  assert.ok(readFileSync(file, "utf8").includes(`\nEnvironmentFile=${environmentFile}\n`));
});

test("changes nothing without systemd, with a unit of someone else or with a rejected unit", async (t) => {
  const { place, env, calls } = machineWithSystemd(t, "echo faulty line; exit 1");
  await assert.rejects(installService(env, options, place), /systemd rejects the unit: faulty line/);
  const file = join(place.unitFolder, unitName("worker"));
  assert.equal(existsSync(file), false);
  writeFileSync(file, "[Service]\n");
  await assert.rejects(installService(env, options, place), { code: "conflict" });
  assert.equal(readFileSync(file, "utf8"), "[Service]\n");
  const without = { ...place, bootedFolder: join(place.unitFolder, "missing") };
  await assert.rejects(installService(env, options, without), /does not run systemd/);
  assert.equal(await listServices(env, without), null);
  assert.equal(calls(), "");
});

test("lists a unit of the Debian package, and does not write another one over it", async (t) => {
  const { place, env, calls } = machineWithSystemd(t);
  const unit = unitName("worker");
  writeFileSync(join(place.packageFolder, unit), "[Service]\n");
  assert.deepEqual(await listServices(env, place), [{ unit, state: "active", isEnabled: true }]);
  await assert.rejects(installService(env, options, place), {
    code: "conflict",
    message: /systemctl enable --now/,
  });
  assert.equal(existsSync(join(place.unitFolder, unit)), false);
  assert.equal(calls(), "");
  await installService(env, { ...options, role: "start" }, place);
  assert.match(calls(), /enable tembo.service/, "control: the package does not contain this unit");
});
