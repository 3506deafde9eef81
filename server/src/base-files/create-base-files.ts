import type { BaseFiles } from "../core/turns/index.ts";
import { parseDevShell } from "./parse-dev-shell.ts";
import { parseDevcontainer } from "./parse-devcontainer.ts";
import { parseDockerfile } from "./parse-dockerfile.ts";
import { parseFeature } from "./parse-feature.ts";

/** Creates the parsers of the files that describe a base system. */
export const createBaseFiles = (): BaseFiles => ({
  parseDockerfile,
  parseDevcontainer,
  parseFeature,
  parseDevShell,
});
