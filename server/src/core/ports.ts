import type {
  AutomationPorts,
  AutomationQueries,
  AutomationStore,
  AutomationTransaction,
} from "./automation/index.ts";

/**
 * All replaceable dependencies in one object. The code that composes the product creates it, and adapters pass it on to
 * the core.
 */
export interface Ports extends AutomationPorts {}

/** The store, with the query groups of all modules. */
export interface Store extends AutomationStore {}
export interface Queries extends AutomationQueries {}
export interface Transaction extends AutomationTransaction {}
