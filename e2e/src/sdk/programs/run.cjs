const { APIError, Tembo, default: Default } = require("@tembo-io/sdk");

if (Default !== Tembo || Tembo.APIError !== APIError) throw new Error("The exports of the package differ.");
import("./use-sdk.mjs").then(async ({ useSdk }) => {
  console.log(JSON.stringify(await useSdk(Tembo, JSON.parse(process.argv[2]))));
});
