import type {
  AutomationPorts,
  AutomationQueries,
  AutomationStore,
  AutomationTransaction,
} from "./automation/index.ts";

/**
 * All replaceable dependencies in one object, for the code that composes the product and for adapters that pass them on
 * to the core.
 */
export interface Ports extends AutomationPorts {}

/** The store with the query groups of every module. */
export interface Store extends AutomationStore {}
export interface Queries extends AutomationQueries {}
export interface Transaction extends AutomationTransaction {}
