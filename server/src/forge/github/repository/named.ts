import type { RepositoryRef } from "../../../core/forges/index.ts";

/** Formats a repository for messages: "acme/app". */
export const named = ({ owner, name }: Pick<RepositoryRef, "owner" | "name">) => `${owner}/${name}`;
