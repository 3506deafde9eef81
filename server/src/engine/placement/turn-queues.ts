/** Name under which all workflows belong to this product. */
export const APPLICATION = "tembo";

/**
 * Name of the workflow of a turn, and of the queue in which a turn's workflow waits while it has no machine. No worker
 * takes workflows from that queue.
 */
export const TURNS = { workflow: "turn", waitingQueue: "turns" } as const;

/** Returns the queue from which the workers of a machine take their turns. */
export const machineQueue = (machineId: string) => `${TURNS.waitingQueue}@${machineId}`;
