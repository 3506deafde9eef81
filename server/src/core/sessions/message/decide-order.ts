interface Waiting {
  readonly id: string;
  readonly delivery: { readonly mode: "queue" | "steer" };
}

/** The queue with a new message that steers in it: after those that steer, before those that wait for a turn of their own. */
export function placeSteering(waiting: readonly Waiting[], id: string): string[] {
  const others = waiting.filter((one) => one.id !== id);
  const isSteering = (one: Waiting) => one.delivery.mode === "steer";
  return [
    ...others.filter(isSteering).map((one) => one.id),
    id,
    ...others.filter((one) => !isSteering(one)).map((one) => one.id),
  ];
}

/** The queue with a message of it at another place, which counts from 0; beyond the end it is the last. */
export function moveTo(ids: readonly string[], id: string, position: number): string[] {
  const others = ids.filter((one) => one !== id);
  return [...others.slice(0, position), id, ...others.slice(position)];
}

/** The queue with a message of it right before another; null when the other does not wait. */
export function moveBefore(ids: readonly string[], id: string, beforeId: string): string[] | null {
  if (id === beforeId) return [...ids];
  const others = ids.filter((one) => one !== id);
  const place = others.indexOf(beforeId);
  return place === -1 ? null : moveTo(ids, id, place);
}
