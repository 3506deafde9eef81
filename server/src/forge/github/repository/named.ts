import type { RepositoryRef } from "../../../core/forge/forge-repository.ts";

/** A repository as sentences call it. */
export const named = ({ owner, name }: Pick<RepositoryRef, "owner" | "name">) => `${owner}/${name}`;
