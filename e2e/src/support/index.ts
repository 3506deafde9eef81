export * from "./assertions.ts";
export * from "./leftovers.ts";
export * from "./repositories.ts";
export * from "./tembo-process.ts";
export * from "./world.ts";
