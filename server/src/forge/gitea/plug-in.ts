import { type ForgePlugIn, withScopes } from "../plug-in.ts";
import { giteaKind } from "./descriptor.ts";
import { createGiteaForge } from "./gitea-forge.ts";
import * as oauth from "./oauth.ts";

export const gitea: ForgePlugIn = {
  kind: giteaKind,
  create: createGiteaForge,
  createSetup: withScopes(oauth, ["write:repository", "write:issue", "read:user"]),
};
