import { type ForgePlugIn, withScopes } from "../plug-in.ts";
import { gitlabKind } from "./descriptor.ts";
import { createGitlabForge } from "./gitlab-forge.ts";
import * as oauth from "./oauth.ts";

export const gitlab: ForgePlugIn = {
  kind: gitlabKind,
  create: createGitlabForge,
  createSetup: withScopes(oauth, ["api"]),
};
