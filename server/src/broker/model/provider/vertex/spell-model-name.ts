import { findModel } from "../../../../core/access/index.ts";

/** Returns Vertex AI's name for a model. Returns a name that already has this form unchanged. */
export const spellModelName = (name: string) =>
  name.includes("@") ? name : (findModel(name)?.names.vertex ?? name);
