import { AppError } from "../../base/index.ts";
import type { AutomationTransaction } from "../ports.ts";
import type { Agent } from "./agent.ts";

/**
 * Returns the agent, and locks it until the transaction ends. Throws `not_found` if it was deleted in the meantime.
 */
export async function lockAgent(tx: AutomationTransaction, id: string): Promise<Agent> {
  const current = await tx.agents.lock(id);
  if (current === null) throw new AppError("not_found", `Agent ${id} was not found.`);
  return current;
}
