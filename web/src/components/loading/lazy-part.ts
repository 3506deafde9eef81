import { lazy } from "react";
import { fetchPart } from "./fetch-part.ts";

/**
 * Works like React's `lazy`, but retries while the server is unavailable, and the rest of the page stays. Throws
 * `PartMissing` if that fails.
 */
export const lazyPart: typeof lazy = (load) => lazy(() => fetchPart(load));
