import { type TestContext, test } from "node:test";
import { testChanges } from "./contract/changes.ts";
import { testConnections } from "./contract/connections.ts";
import { testEndings } from "./contract/endings.ts";
import { testFiles } from "./contract/files.ts";
import { testForwards } from "./contract/forwards.ts";
import { testPrograms } from "./contract/programs.ts";
import { testSharing } from "./contract/sharing.ts";
import { testSpec } from "./contract/spec.ts";
import type { Suite } from "./contract/suite.ts";
import { testTerminals } from "./contract/terminals.ts";
import { afterwards } from "./testing/afterwards.ts";
import { makeProvider, type TestedName, type TestedProvider } from "./testing/make-provider.ts";
import { makeDataDir, specOf } from "./testing/run-in-sandbox.ts";

export interface TestedAdapter {
  /** Starts the services that the sandboxes need. Returns the data folder of the machine that runs the sandboxes' programs. */
  readonly prepare?: (t: TestContext, dataDir: string) => Promise<string>;
  readonly make?: (name: TestedName, dataDir: string) => Promise<TestedProvider>;
  /** Name of the variant in the names of the tests. */
  readonly variant?: string;
}

/** Contract suite of the Sandbox port, which each adapter's own test file runs. */
export function testSandboxContract(
  name: TestedName,
  { prepare = async (_t, dataDir) => dataDir, make = makeProvider, variant = name }: TestedAdapter = {},
): void {
  const suite: Suite = (sentence, body) =>
    test(`${variant}: ${sentence}`, { timeout: 60_000 }, async (t) => {
      const dataDir = await makeDataDir(t);
      const machineDir = await prepare(t, dataDir);
      const provider = await make(name, dataDir);
      afterwards(t, () => provider.close?.());
      const sandbox = await provider.create(specOf());
      afterwards(t, () => sandbox.stop());
      await body(t, { dataDir, machineDir, provider, sandbox });
    });
  for (const part of [
    testPrograms,
    testSharing,
    testEndings,
    testForwards,
    testConnections,
    testFiles,
    testChanges,
    testSpec,
    testTerminals,
  ])
    part(suite, name);
}
