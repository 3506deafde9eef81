import { testSandboxContract } from "../sandbox-contract.ts";

testSandboxContract("bubblewrap");
