import type { ForgeKind } from "../../core/forges/index.ts";
import { localForgeName } from "../../core/forges/index.ts";
import { commonTriggerNames, commonTriggers } from "../triggers/common-triggers.ts";

export const localKind: ForgeKind = {
  descriptor: {
    name: localForgeName,
    label: "Built-in forge",
    title: "Built-in forge",
    category: "Source code",
    description: "Repositories on the built-in forge.",
    credentialUrl: "",
    connection: null,
    hasReviewIds: true,
    triggers: commonTriggers(localForgeName),
    templatePaths: [],
  },
  triggerNames: (event, facts) => commonTriggerNames(localForgeName, event, facts),
};
