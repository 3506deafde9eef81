import type { SessionService } from "@tembo-io/sdk";

/**
 * Returns the service of this name. If there is none, returns the first service that has exited, because people look for
 * the reason, or the first service. Returns null for an empty list. Pure.
 */
export function chooseService<S extends Pick<SessionService, "name" | "state">>(
  services: readonly S[],
  name: string | null,
): S | null {
  return (
    services.find((service) => service.name === name) ??
    services.find(({ state }) => state === "exited") ??
    services[0] ??
    null
  );
}
