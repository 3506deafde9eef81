import { testForgeContract } from "../forge-contract.ts";
import { makeBitbucket } from "./testing/bitbucket-under-test.ts";

testForgeContract("bitbucket", makeBitbucket);
