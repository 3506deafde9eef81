import type { SessionsPorts } from "../ports.ts";
import type { Preparation } from "./preparation.ts";
import { preparationFingerprint } from "./preparation-fingerprint.ts";
import type { ResolvedRequest } from "./resolve-session.ts";

/**
 * Reserves the prepared work that the request names for its session, which takes over the work's ID and number. Returns
 * null if the request names none, or if the work does not fit. The session then starts without prepared work.
 */
export async function usePreparation(
  { store, clock, log }: Pick<SessionsPorts, "store" | "clock" | "log">,
  resolved: ResolvedRequest,
): Promise<Pick<Preparation, "id" | "sessionNumber"> | null> {
  const { organizationId, personId, request } = resolved;
  const id = request.preparedId?.toLowerCase();
  if (id === undefined || request.id !== undefined || request.isDraft === true || personId === null)
    return null;
  const owner = { organizationId, userId: personId, fingerprint: preparationFingerprint(resolved) };
  const sessionNumber = await store.preparations.use(id, owner, clock.now());
  if (sessionNumber !== null) return { id, sessionNumber };
  // The person has sent the request, so work for other options is not needed.
  const unfit = await store.preparations.find(id);
  if (unfit !== null && unfit.userId === personId) await store.preparations.replace(id, clock.now());
  log.info(
    { organizationId, preparedId: id },
    "a session starts without its prepared work, which does not fit",
  );
  return null;
}
