import type {
  AutomationPorts,
  AutomationQueries,
  AutomationStore,
  AutomationTransaction,
} from "./automation/index.ts";

/** Everything replaceable, as one bag: for where the product is composed, and for adapters that hand it on to the core. */
export interface Ports extends AutomationPorts {}

/** The store with the groups of every module. */
export interface Store extends AutomationStore {}
export interface Queries extends AutomationQueries {}
export interface Transaction extends AutomationTransaction {}
