import type { User } from "./user.ts";

export interface UserQueries {
  /** Repeated, it changes nothing. */
  insert(user: User): Promise<void>;
  /** Null also for one that was deleted. */
  find(id: string): Promise<User | null>;
  /** Holds the person until the transaction ends. */
  lock(id: string): Promise<void>;
  /** Whose admins may make keys for the account; null for one that is a person's own. */
  managedBy(id: string): Promise<string | null>;
  setManagedBy(id: string, organizationId: string | null): Promise<void>;
  /** Replaces everything but id and creation. */
  update(user: User): Promise<void>;
  /** What the person is called on forges, by integration. */
  forgeNames(id: string): Promise<ReadonlyMap<string, string>>;
  /** Null takes the name away. */
  setForgeName(id: string, integrationId: string, login: string | null): Promise<void>;
  /** Forgets everything of a person but the id, which what they did still names. */
  forget(id: string): Promise<void>;
}
