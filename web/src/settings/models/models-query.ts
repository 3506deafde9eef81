import { queryOptions } from "@tanstack/react-query";
import type { Model, ModelProvider } from "@tembo-io/sdk";
import { tembo } from "../../api/client.ts";

/** The complete model catalog, and the providers that can serve its models. */
export const modelsQuery = queryOptions({
  queryKey: ["models"],
  queryFn: async ({ signal }) => {
    const models: Model[] = [];
    const providers: ModelProvider[] = [];
    for await (const page of tembo.models.list({ limit: 100 }, { signal }).pages()) {
      models.push(...page.items);
      providers.splice(0, providers.length, ...page.modelProviders);
    }
    return { models, providers };
  },
});
