import type { ForgeDescriptor } from "@tembo/contract";
import type { ConnectableForge } from "../forge-kind.ts";

export interface AForgeKind {
  readonly name?: string;
  readonly hasReviewIds?: boolean;
  readonly mentionPrefixes?: ForgeDescriptor["mentionPrefixes"];
}

/** Creates a kind of forge that can be connected but is not registered. */
export const aForgeKind = ({
  name = "forge",
  hasReviewIds = true,
  mentionPrefixes = ["@"],
}: AForgeKind = {}): ConnectableForge => ({
  descriptor: {
    name,
    label: "Forge",
    title: "Forge",
    category: "Source code",
    description: "A forge.",
    credentialUrl: "https://forge.example/tokens",
    connection: {
      publicAddress: null,
      apiPath: null,
      mentionPrefixes,
      credentials: ["accessToken"],
      setupMethods: [],
    },
    hasReviewIds,
    triggers: [],
    templatePaths: [],
  },
  triggerNames: () => [],
});
