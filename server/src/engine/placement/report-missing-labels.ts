import type { PlacerParts } from "./placer-parts.ts";

const maxReports = 100;

/** Reports turns and builds that wait because no machine has their labels, once each. */
export async function reportMissingLabels(parts: Pick<PlacerParts, "ports">): Promise<void> {
  await reportTurns(parts);
  await reportBuilds(parts);
}

/**
 * Adds a notice to the sessions of waiting turns whose labels no machine has. Each notice is a transaction of its own,
 * because appending an event locks the session, which must precede the locks on placements.
 */
async function reportTurns({ ports: { store } }: Pick<PlacerParts, "ports">): Promise<void> {
  for (const turn of await store.turnPlacements.unreported(maxReports)) {
    const { turnId, sessionId, messageId, runsOn } = turn;
    await store.transaction(async (tx) => {
      const data = { type: "notice", message: describeMissingLabels(runsOn) } as const;
      await tx.events.append(sessionId, null, [
        { key: `${turnId}:runsOn:${runsOn.join()}`, messageId, data },
      ]);
      await tx.turnPlacements.setReported({ turnId, runsOn });
    });
  }
}

/** Adds a line to the logs of the builds. Begins a transaction only if it finds builds. */
async function reportBuilds({ ports: { store, clock } }: Pick<PlacerParts, "ports">): Promise<void> {
  if ((await store.projectBuilds.lockWithoutMachine(1)).length === 0) return;
  await store.transaction(async (tx) => {
    for (const { id, runsOn } of await tx.projectBuilds.lockWithoutMachine(maxReports))
      await tx.projectBuilds.appendLog(id, `${describeMissingLabels(runsOn)}\n`, clock.now());
  });
}

function describeMissingLabels(labels: readonly string[]): string {
  const names = `${labels.length === 1 ? "label" : "labels"} ${labels.join(", ")}`;
  const them = labels.length === 1 ? "it" : "them";
  return `No machine has the ${names}. Start a worker with ${them}, or change runsOn.`;
}
