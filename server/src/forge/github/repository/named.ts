import type { RepositoryRef } from "../../../core/forges/index.ts";

/** Returns a repository's name for messages, such as "acme/app". */
export const named = ({ owner, name }: Pick<RepositoryRef, "owner" | "name">) => `${owner}/${name}`;
