import { testSandboxContract } from "../sandbox-contract.ts";
import { makeProvider } from "../testing/make-provider.ts";

testSandboxContract("bubblewrap", {
  make: (name, dataDir) => makeProvider(name, dataDir, { hasPerl: false }),
});
