import { testLayersContract } from "../layers-contract.ts";

testLayersContract("folder");
