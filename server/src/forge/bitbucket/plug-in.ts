import { type ForgePlugIn, withScopes } from "../plug-in.ts";
import { createBitbucketForge } from "./bitbucket-forge.ts";
import { bitbucketKind } from "./descriptor.ts";
import * as oauth from "./oauth.ts";

export const bitbucket: ForgePlugIn = {
  kind: bitbucketKind,
  create: createBitbucketForge,
  createSetup: withScopes(oauth, []),
};
