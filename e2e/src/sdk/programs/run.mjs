import process from "node:process";
import Tembo, { APIError, Tembo as Named } from "@tembo-io/sdk";
import { useSdk } from "./use-sdk.mjs";

if (Named !== Tembo || Tembo.APIError !== APIError) throw new Error("The exports of the package differ.");
console.log(JSON.stringify(await useSdk(Tembo, JSON.parse(process.argv[2]))));
