export * from "./assertions.ts";
export * from "./hosts/loopback-hosts.ts";
export * from "./leftovers.ts";
export * from "./package-files.ts";
export * from "./repositories.ts";
export * from "./run-shell.ts";
export * from "./tembo-process.ts";
export * from "./world.ts";
