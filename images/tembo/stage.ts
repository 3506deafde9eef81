/** Writes the command as the packages contain it, without npm packages: node images/tembo/stage.ts FOLDER */
import { join } from "node:path";
import { assets } from "../../scripts/release/contents.ts";
import { stageModules } from "../../scripts/release/stage-command.ts";

await stageModules(join(import.meta.dirname, "../.."), process.argv[2]!, assets);
