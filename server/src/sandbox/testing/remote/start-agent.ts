import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { afterwards } from "../afterwards.ts";
import { makeDataDir } from "../run-in-sandbox.ts";
import type { AgentAddress } from "./agent-connection.ts";
import { makeAuthority } from "./make-certificates.ts";

export interface StartedAgent {
  /** The agent's own folder, which the server does not use. */
  readonly folder: string;
  readonly address: AgentAddress;
  kill(): Promise<void>;
}

const program = fileURLToPath(new URL("agent.ts", import.meta.url));

/** Starts an agent in a separate process, and stops it at the end of the test. Writes the server's certificates to `dataDir`. */
export async function startAgent(t: TestContext, dataDir: string): Promise<StartedAgent> {
  const folder = await makeDataDir(t);
  const makeCertificate = await makeAuthority(join(dataDir, "authority"));
  const certificates = join(dataDir, "certificates");
  await makeCertificate("server", certificates);
  await makeCertificate("agent", join(folder, "certificates"));
  const child = spawn(process.execPath, [program, folder, join(folder, "certificates")], {
    stdio: ["pipe", "pipe", "inherit"],
    cwd: "/",
    env: { PATH: process.env.PATH },
  });
  const ended = once(child, "exit");
  afterwards(t, async () => {
    child.stdin.end();
    await ended;
  });
  const lines = createInterface({ input: child.stdout });
  const [port] = await Promise.race([
    once(lines, "line"),
    ended.then(() => Promise.reject(new Error("The agent ended."))),
  ]);
  const address = { port: Number(port), certificates };
  await writeFile(addressFile(dataDir), JSON.stringify(address));
  return {
    folder,
    address,
    async kill() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

/** Returns the path of the file that contains the agent's address for other processes of the server. */
export const addressFile = (dataDir: string) => join(dataDir, "agent.json");
