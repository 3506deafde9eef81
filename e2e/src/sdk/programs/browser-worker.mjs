import { Tembo } from "./node_modules/@tembo-io/sdk/esm/index.js";
import { useSdk } from "./use-sdk.mjs";

addEventListener("message", async ({ data }) => {
  postMessage(await useSdk(Tembo, data).catch(({ message }) => ({ message })));
});
