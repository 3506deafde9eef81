import { testForgeContract } from "../forge-contract.ts";
import { forgeUnderTest } from "./testing/contract-forge.ts";
import { makeStarted } from "./testing/local-forge-fixture.ts";

testForgeContract("local forge", async (t) => forgeUnderTest(await makeStarted(t)));
