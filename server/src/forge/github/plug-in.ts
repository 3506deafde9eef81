import type { ForgePlugIn } from "../plug-in.ts";
import { githubKind } from "./descriptor.ts";
import { createGithubForge } from "./github-forge.ts";
import { createGithubSetup } from "./github-setup.ts";

export const github: ForgePlugIn = {
  kind: githubKind,
  create: createGithubForge,
  createSetup: createGithubSetup,
};
