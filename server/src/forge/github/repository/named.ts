import type { RepositoryRef } from "../../../core/forges/forge/forge-repository.ts";

/** A repository as sentences call it. */
export const named = ({ owner, name }: Pick<RepositoryRef, "owner" | "name">) => `${owner}/${name}`;
