import { testSandboxContract } from "../sandbox-contract.ts";
import { testCombinations } from "../testing/test-combinations.ts";

await testCombinations("runsc", (adapter) => testSandboxContract("runsc", adapter));
