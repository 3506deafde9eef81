/** Runs in a network namespace: sets up a stage for the combination in its argument and runs scripts on it on request. */

import { asRoot, asUser, inBareBubblewrap } from "./controls.ts";
import { answerAll } from "./conversation.ts";
import { closeImage } from "./image.ts";
import type { Script } from "./script.ts";
import { setStage } from "./stage.ts";

export interface StageQuestion {
  readonly where: "sandbox" | "asUser" | "asRoot" | "withNetwork";
  readonly script: Script;
}

const stage = await setStage(JSON.parse(process.argv[2]!));
const withNetwork = inBareBubblewrap({ share: ["net"] });
await answerAll(({ where, script }: StageQuestion) => {
  if (where === "sandbox") return stage.run(script);
  const control = { asUser, asRoot, withNetwork }[where];
  return control(script, stage);
});
await stage.close();
await closeImage();
process.exit();
