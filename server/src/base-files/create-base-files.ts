import type { BaseFiles } from "../core/turns/index.ts";
import { parseDevShell } from "./parse-dev-shell.ts";
import { parseDevcontainer } from "./parse-devcontainer.ts";
import { parseFeature } from "./parse-feature.ts";

/** Creates the parsers of the files that describe a base system. */
export const createBaseFiles = (): BaseFiles => ({
  parseDockerfile: async (text, options) => {
    // Loaded only for a build, because the parser needs 1 MB of memory.
    const { parseDockerfile } = await import("./parse-dockerfile.ts");
    return parseDockerfile(text, options);
  },
  parseDevcontainer,
  parseFeature,
  parseDevShell,
});
