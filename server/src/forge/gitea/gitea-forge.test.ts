import { testForgeContract } from "../forge-contract.ts";
import { makeForgejo, makeGitea } from "./testing/gitea-under-test.ts";

testForgeContract("gitea", makeGitea);
testForgeContract("forgejo", makeForgejo);
