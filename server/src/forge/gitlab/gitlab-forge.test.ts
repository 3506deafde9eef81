import { testForgeContract } from "../forge-contract.ts";
import { gitlabUnderTest } from "./testing/fake-under-test.ts";

testForgeContract("gitlab", (t) => gitlabUnderTest(t));
