import { formatHostPort } from "./core/egress/canonical-host.ts";
import type { Door, DoorPlace, EgressDoor } from "./core/ports/broker.ts";
import type { Logger } from "./core/ports/logger.ts";

/**
 * Opens the proxy that host git reaches forges through: CONNECT, and the absolute form for http, on a unix socket of that user. Any public
 * host may be asked for, and a private one that the operator lists: which repositories exist is decided before git runs.
 */
export function startGitProxy(
  broker: Pick<EgressDoor, "openEgress">,
  place: DoorPlace,
  log: Logger,
): Promise<Door> {
  return broker.openEgress({
    ...place,
    policy: { kind: "open" },
    secrets: [],
    certificateAuthority: null,
    onDenied: ({ host, port, reason }) =>
      log.warn({ place: formatHostPort(host, port), reason }, "host git was refused a connection"),
  });
}
