import { once } from "node:events";
import { connect, isIPv6, type OnReadOpts, type Socket } from "node:net";
import { type EgressDenial, formatHostPort } from "../../core/access/index.ts";
import { withReason } from "../../core/base/index.ts";
import { deniedRefusal, Refusal } from "../refusal.ts";
import type { FindAddresses } from "./find-addresses.ts";
import type { Target } from "./target.ts";

export interface Reach {
  /** True if the policy allows the target. Considers only its name and port. */
  isAllowed(target: Target): boolean;
  /** Reports the denial and returns its refusal. */
  deny(denial: EgressDenial): Refusal;
  /**
   * Connects to an address of the target that it looks up and checks for this connection. Rejects with a `Refusal`, or
   * with the signal's reason if the signal aborts.
   */
  connect(target: Target, signal: AbortSignal, onread?: OnReadOpts): Promise<Socket>;
}

export interface ReachOptions {
  isAllowed(target: Target): boolean;
  readonly findAddresses: FindAddresses;
  readonly connectMs: number;
  onDenied(denial: EgressDenial): void;
  /** Called before each connection to an allowed target. */
  onAllowed?(): void;
}

export function createReach({
  isAllowed,
  findAddresses,
  connectMs,
  onDenied,
  onAllowed,
}: ReachOptions): Reach {
  const deny = (denial: EgressDenial) => {
    onDenied(denial);
    return deniedRefusal(denial);
  };
  return {
    isAllowed,
    deny,
    async connect(target, signal, onread) {
      if (!isAllowed(target)) throw deny({ ...target, reason: "notAllowed" });
      const addresses = await findAddresses(target, signal).catch((cause: unknown) => {
        throw unreachable(target, "has no address", cause);
      });
      if (addresses.length === 0) throw deny({ ...target, reason: "notPublic" });
      onAllowed?.();
      const checked = addresses.slice(0, maxAddresses);
      const dials =
        onread === undefined
          ? [() => dialFastest(target, checked)]
          : checked.map((address) => () => dial(address, target.port, onread));
      return connectToFirst(target, dials, connectMs, signal);
    },
  };
}

/** Connects to an IP address, so that Node does not look up the name again. */
function dial(address: string, port: number, onread: OnReadOpts): Socket {
  return connect({ host: address, port, allowHalfOpen: true, noDelay: true, onread });
}

/**
 * Connects in the same way as Node's default: if an address does not respond quickly, Node tries the next address. The lookup function returns the
 * checked addresses.
 */
function dialFastest({ host, port }: Target, checked: readonly string[]): Socket {
  const found = checked.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }));
  return connect({
    host,
    port,
    allowHalfOpen: true,
    noDelay: true,
    autoSelectFamily: true,
    lookup: (_host, { all }, done) =>
      all ? done(null, found) : done(null, found[0]!.address, found[0]!.family),
  });
}

/** Returns the first connection that opens. Tries the addresses in order, because this machine may have no route to some address families. */
async function connectToFirst(
  target: Target,
  dials: readonly (() => Socket)[],
  connectMs: number,
  signal: AbortSignal,
): Promise<Socket> {
  let failure: unknown;
  for (const dial of dials) {
    const socket = dial();
    try {
      await once(socket, "connect", { signal: AbortSignal.any([signal, AbortSignal.timeout(connectMs)]) });
      return socket;
    } catch (cause) {
      socket.destroy();
      signal.throwIfAborted();
      failure = cause;
    }
  }
  throw unreachable(
    target,
    "cannot be reached",
    failure instanceof AggregateError ? failure.errors[0] : failure,
  );
}

const maxAddresses = 4;

function unreachable({ host, port }: Target, what: string, cause: unknown): Refusal {
  const place = formatHostPort(host, port);
  return new Refusal(502, `Tembo: ${place} ${what}`, withReason(`${place} ${what}`, cause), { cause });
}
