import type { Socket } from "node:net";

/** Carries what `from` says to `to`, as fast as `to` takes it; the end is carried too. */
export function relay(from: Socket, to: Socket): void {
  from.pipe(to);
}
