import type { QueryClient } from "@tanstack/react-query";

/** Invalidates the queries of an agent and the lists that show it. */
export async function agentChanged(queryClient: QueryClient, agentId: string): Promise<void> {
  await Promise.all([
    queryClient.invalidateQueries({ queryKey: ["agent", agentId] }),
    queryClient.invalidateQueries({ queryKey: ["agents"] }),
  ]);
}
