import { findModel } from "../../../../core/access/index.ts";

/** Spells a model's name as Vertex AI does. Returns a name unchanged if it already has this form. */
export const spellModelName = (name: string) =>
  name.includes("@") ? name : (findModel(name)?.names.vertex ?? name);
