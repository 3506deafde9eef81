import { testSandboxContract } from "../sandbox-contract.ts";
import { testCombinations } from "../testing/test-combinations.ts";

await testCombinations("bubblewrap", (adapter) => testSandboxContract("bubblewrap", adapter));
