import { findModel } from "../../../../core/access/index.ts";

/** Spells a model's name as Vertex AI does. A name in its form already is left as it is. */
export const spellModelName = (name: string) =>
  name.includes("@") ? name : (findModel(name)?.names.vertex ?? name);
