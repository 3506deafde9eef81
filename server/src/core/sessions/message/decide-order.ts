interface Waiting {
  readonly id: string;
  readonly delivery: { readonly mode: "queue" | "steer" };
}

/**
 * Returns the queue with the steering message `id` placed after the other steering messages, and before the messages
 * that wait for their own turn.
 */
export function placeSteering(waiting: readonly Waiting[], id: string): string[] {
  const others = waiting.filter((one) => one.id !== id);
  const isSteering = (one: Waiting) => one.delivery.mode === "steer";
  return [
    ...others.filter(isSteering).map((one) => one.id),
    id,
    ...others.filter((one) => !isSteering(one)).map((one) => one.id),
  ];
}

/**
 * Returns the queue with one of its messages moved to `position`, counted from 0. A position past the end moves the
 * message to the end.
 */
export function moveTo(ids: readonly string[], id: string, position: number): string[] {
  const others = ids.filter((one) => one !== id);
  return [...others.slice(0, position), id, ...others.slice(position)];
}

/**
 * Returns the queue with one of its messages moved directly before the message `beforeId`, or null if that message is
 * not in the queue. If both are the same message, the order does not change.
 */
export function moveBefore(ids: readonly string[], id: string, beforeId: string): string[] | null {
  if (id === beforeId) return [...ids];
  const others = ids.filter((one) => one !== id);
  const place = others.indexOf(beforeId);
  return place === -1 ? null : moveTo(ids, id, place);
}
