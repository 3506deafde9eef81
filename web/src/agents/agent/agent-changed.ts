import type { QueryClient } from "@tanstack/react-query";

/** Reads an agent, what belongs to it and the lists that show it again. */
export async function agentChanged(queryClient: QueryClient, agentId: string): Promise<void> {
  await Promise.all([
    queryClient.invalidateQueries({ queryKey: ["agent", agentId] }),
    queryClient.invalidateQueries({ queryKey: ["agents"] }),
  ]);
}
