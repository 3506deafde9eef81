import type { ForgeDescriptor as PublicDescriptor } from "@tembo/contract";
import type { ForgeEvent } from "./forge-event.ts";
import type { ForgeName } from "./forge-name.ts";
import type { Trigger } from "./trigger.ts";
import type { TriggerFacts } from "./trigger-facts.ts";

type ConnectionDescriptor = Omit<PublicDescriptor, "label">;

/** Facts about a kind of forge that are known without a connection to one. */
export interface ForgeDescriptor {
  readonly name: ForgeName;
  /** Short name, which the dashboard shows next to a repository. */
  readonly label: string;
  /** Name in the list of forges that can be connected. */
  readonly title: string;
  readonly category: string;
  readonly description: string;
  /** URL of the page where a person creates the credential. */
  readonly credentialUrl: string;
  /** Facts about connecting to the forge, or null for the built-in forge, which needs no connection. */
  readonly connection: ConnectionDescriptor | null;
  /** True if review comments contain the ID of their review. Otherwise, Tembo groups an author's comments by time. */
  readonly hasReviewIds: boolean;
  /** Events that start agents. */
  readonly triggers: readonly Trigger[];
  /** Paths of a repository's pull request template in lower case, in order of preference. */
  readonly templatePaths: readonly string[];
}

/** A registered kind of forge. */
export interface ForgeKind {
  readonly descriptor: ForgeDescriptor;
  /** Returns the names of the descriptor's triggers that this event fires. Pure. */
  triggerNames(event: ForgeEvent, facts: TriggerFacts): string[];
}

/** A kind of forge that can be connected. */
export interface ConnectableForge extends ForgeKind {
  readonly descriptor: ForgeDescriptor & { readonly connection: ConnectionDescriptor };
}
