// The one place that looks at the server's own types: the contract leaves an event's data open, and a type-only import
// makes the compiler name every event that has no renderer yet. Nothing of the server is loaded.
export type { EventData } from "@tembo/server/event";
