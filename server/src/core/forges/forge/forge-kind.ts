import type { ForgeDescriptor as PublicDescriptor } from "@tembo/contract";
import type { ForgeEvent } from "./forge-event.ts";
import type { ForgeName } from "./forge-name.ts";
import type { Trigger } from "./trigger.ts";
import type { TriggerFacts } from "./trigger-facts.ts";

type ConnectionDescriptor = Omit<PublicDescriptor, "label">;

/** Everything that the product knows about a kind of forge without connecting to one. */
export interface ForgeDescriptor {
  readonly name: ForgeName;
  /** Short name, shown next to a repository. */
  readonly label: string;
  /** Name in the list of forges that can be connected. */
  readonly title: string;
  readonly category: string;
  readonly description: string;
  /** Page where a person creates the credential. */
  readonly credentialUrl: string;
  /** Facts about connecting, or null for the built-in forge, which needs no connection. */
  readonly connection: ConnectionDescriptor | null;
  /** True if review comments carry the id of their review. Otherwise the comments of one author are grouped by time. */
  readonly hasReviewIds: boolean;
  /** Events that start agents. */
  readonly triggers: readonly Trigger[];
  /** Paths of a repository's pull request template, best first, in lower case. */
  readonly templatePaths: readonly string[];
}

/** A registered kind of forge. */
export interface ForgeKind {
  readonly descriptor: ForgeDescriptor;
  /** Names of the descriptor's triggers that this event fires. Pure. */
  triggerNames(event: ForgeEvent, facts: TriggerFacts): string[];
}

/** A kind of forge that can be connected. */
export interface ConnectableForge extends ForgeKind {
  readonly descriptor: ForgeDescriptor & { readonly connection: ConnectionDescriptor };
}
