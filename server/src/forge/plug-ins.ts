import { bitbucket } from "./bitbucket/plug-in.ts";
import { gitea } from "./gitea/plug-in.ts";
import { github } from "./github/plug-in.ts";
import { gitlab } from "./gitlab/plug-in.ts";
import type { ForgePlugIn } from "./plug-in.ts";

/** Forges that can be connected, in the order in which clients list them. */
export const forgePlugIns: readonly ForgePlugIn[] = [github, gitlab, bitbucket, gitea];
