import type { RepositoryRef } from "../../../core/forges/index.ts";

/** Returns the name of a repository for messages: "acme/app". */
export const named = ({ owner, name }: Pick<RepositoryRef, "owner" | "name">) => `${owner}/${name}`;
