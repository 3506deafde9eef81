import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { testOutbound } from "../../outbound/testing/test-outbound.ts";
import { pollUntil } from "../../runtime/poll-until.ts";
import { freePort } from "../../testing/free-port.ts";

/** Starts the program docker-registry on a free loopback port. It keeps its images in the folder, which must exist. */
export async function startDockerRegistry(folder: string) {
  const port = await freePort();
  const config = join(folder, "config.json");
  const settings = {
    version: 0.1,
    log: { level: "error" },
    storage: { filesystem: { rootdirectory: join(folder, "registry") } },
    http: { addr: `127.0.0.1:${port}` },
  };
  writeFileSync(config, JSON.stringify(settings));
  const registry = spawn("docker-registry", ["serve", config], { stdio: "ignore" });
  const exited = once(registry, "exit");
  const { fetch } = testOutbound();
  const responds = () =>
    fetch(`http://127.0.0.1:${port}/v2/`).then(
      ({ ok }) => ok,
      () => false,
    );
  assert.ok(await pollUntil(responds, { every: 50, timeoutMs: 20_000 }));
  return {
    /** Host and port. */
    host: `127.0.0.1:${port}`,
    close: async () => {
      registry.kill("SIGKILL");
      await exited;
    },
  };
}
