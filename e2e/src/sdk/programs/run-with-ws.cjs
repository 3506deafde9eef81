const { Tembo } = require("@tembo-io/sdk");
const { WebSocket } = require("ws");

const { baseURL, apiKey, sessionId } = JSON.parse(process.argv[2]);
import("./use-sdk.mjs").then(async ({ watchLive }) => {
  console.log(await watchLive(new Tembo({ baseURL, apiKey, WebSocket }), sessionId));
});
