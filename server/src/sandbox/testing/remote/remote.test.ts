import { testSandboxContract } from "../../sandbox-contract.ts";
import { startAgent } from "./start-agent.ts";

testSandboxContract("remote", {
  prepare: async (t, dataDir) => (await startAgent(t, dataDir)).folder,
});
