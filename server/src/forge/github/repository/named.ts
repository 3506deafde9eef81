import type { RepositoryRef } from "../../../core/forges/index.ts";

/** A repository as sentences call it. */
export const named = ({ owner, name }: Pick<RepositoryRef, "owner" | "name">) => `${owner}/${name}`;
