import type { QueryClient } from "@tanstack/react-query";

/** Invalidates an agent's queries and the lists that show the agent. */
export async function agentChanged(queryClient: QueryClient, agentId: string): Promise<void> {
  await Promise.all([
    queryClient.invalidateQueries({ queryKey: ["agent", agentId] }),
    queryClient.invalidateQueries({ queryKey: ["agents"] }),
  ]);
}
