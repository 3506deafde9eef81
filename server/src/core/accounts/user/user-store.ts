import type { User } from "./user.ts";

export interface UserQueries {
  /** Inserts a user. Idempotent. */
  insert(user: User): Promise<void>;
  /** Finds a user, or returns null if the user is unknown or was deleted. */
  find(id: string): Promise<User | null>;
  /** Locks the user until the transaction ends. */
  lock(id: string): Promise<void>;
  /** Returns the organization whose admins may create keys for the account, or null if the person owns the account. */
  managedBy(id: string): Promise<string | null>;
  setManagedBy(id: string, organizationId: string | null): Promise<void>;
  /**
   * Updates every field except the ID and the creation time. Does nothing if the user was deleted. The caller must lock
   * the user before it reads the fields that remain unchanged.
   */
  update(user: User): Promise<void>;
  /** Returns the person's login names on forges, by integration. */
  forgeNames(id: string): Promise<ReadonlyMap<string, string>>;
  /** Saves a login name, or removes it if `login` is null. */
  setForgeName(id: string, integrationId: string, login: string | null): Promise<void>;
  /**
   * Deletes a person's profile, preferences and login names on forges. Keeps the ID, which records of their actions
   * still reference.
   */
  forget(id: string): Promise<void>;
}
