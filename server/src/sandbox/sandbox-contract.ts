import { test } from "node:test";
import type { SandboxProvider } from "../core/turns/index.ts";
import { testDoors } from "./contract/doors.ts";
import { testEndings } from "./contract/endings.ts";
import { testPrograms } from "./contract/programs.ts";
import { testSpec } from "./contract/spec.ts";
import type { Suite } from "./contract/suite.ts";
import { testTerminals } from "./contract/terminals.ts";
import { afterwards } from "./testing/afterwards.ts";
import { makeProvider } from "./testing/make-provider.ts";
import { makeDataDir, specOf } from "./testing/run-in-sandbox.ts";

/** Tests every sentence of the port. Run by each adapter's own test file. */
export function testSandboxContract(
  name: SandboxProvider["name"],
  make: (name: SandboxProvider["name"], dataDir: string) => Promise<SandboxProvider> = makeProvider,
): void {
  const suite: Suite = (sentence, body) =>
    test(`${name}: ${sentence}`, { timeout: 60_000 }, async (t) => {
      const dataDir = await makeDataDir(t);
      const provider = await make(name, dataDir);
      const sandbox = await provider.create(specOf(dataDir));
      afterwards(t, () => sandbox.stop());
      await body(t, { dataDir, provider, sandbox });
    });
  for (const part of [testPrograms, testEndings, testDoors, testSpec, testTerminals]) part(suite, name);
}
