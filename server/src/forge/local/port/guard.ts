import { AppError } from "../../../core/base/index.ts";
import type { RepositoryRef } from "../../../core/forges/index.ts";
import type { Actor, LocalContext, Place } from "../context.ts";
import { getPlace } from "../operations/places.ts";

/** Connection to the built-in forge. Each operation first determines the actor. */
export interface Connection {
  readonly context: LocalContext;
  /**
   * Returns the actor. Throws `forge_unauthorized` if the API key is not valid, or `forbidden` if the user is no longer a member of the
   * organization.
   */
  actor(): Promise<Actor>;
}

/** Runs an operation of the port in a repository, and converts its errors to the port's errors. */
export function inRepository<T>(
  { context, actor }: Connection,
  ref: RepositoryRef,
  work: (place: Place) => Promise<T>,
): Promise<T> {
  return asForge(() => inPlace({ context, actor }, ref, work));
}

/**
 * Runs an operation in a repository, without converting its errors. Throws `forge_failed` if the repository does not exist or the actor
 * cannot access it.
 */
export async function inPlace<T>(
  { context, actor }: Connection,
  ref: RepositoryRef,
  work: (place: Place) => Promise<T>,
): Promise<T> {
  const who = await actor();
  const repository = await context.records.repositories.find(ref.id);
  if (
    repository === null ||
    (who.organizationId !== null && who.organizationId !== repository.organizationId)
  )
    throw new AppError(
      "forge_failed",
      `The repository ${ref.owner}/${ref.name} does not exist on the built-in forge. Create it first.`,
    );
  return work(await getPlace(context, who, repository));
}

/**
 * Converts `not_found` and `invalid_input` to `forge_failed`, because the port defines only `forge_failed`, `forge_unauthorized` and
 * `conflict`.
 */
export async function asForge<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof AppError && ["not_found", "invalid_input"].includes(cause.code))) throw cause;
    throw new AppError("forge_failed", cause.message, { cause });
  }
}
