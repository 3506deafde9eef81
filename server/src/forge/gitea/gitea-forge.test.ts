import { testForgeContract } from "../forge-contract.ts";
import { makeGitea } from "./testing/gitea-under-test.ts";

testForgeContract("gitea", makeGitea);
