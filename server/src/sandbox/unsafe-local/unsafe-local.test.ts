import { testSandboxContract } from "../sandbox-contract.ts";

testSandboxContract("unsafe-local");
