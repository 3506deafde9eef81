import { test } from "node:test";
import { testSandboxContract } from "../sandbox-contract.ts";
import { hasRunsc } from "./testing/has-runsc.ts";

if (hasRunsc) testSandboxContract("runsc");
else test("runsc meets the sandbox contract", { skip: "runsc is not installed" }, () => {});
