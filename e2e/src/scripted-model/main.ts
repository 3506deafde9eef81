import { startScriptedModel } from "./server.ts";

/** Runs the scripted model: `node e2e/src/scripted-model/main.ts [port]`. Prints the URL, then one line per request. */
const model = await startScriptedModel({
  port: Number(process.argv[2] ?? 0),
  onRequest: ({ path, model, isBackground, replyIndex, lastUserText }) => {
    const place = isBackground ? "background" : `reply ${replyIndex}`;
    console.log(`${path} ${model} ${place} ${JSON.stringify(lastUserText.slice(0, 100))}`);
  },
});
console.log(`scripted model at ${model.url}`);
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void model.close());
