import { lazy } from "react";
import { fetchPart } from "./fetch-part.ts";

/**
 * Works like React's `lazy`, but retries if loading fails. Meanwhile, the rest of the page remains visible. Throws
 * `PartMissing` if the retries fail.
 */
export const lazyPart: typeof lazy = (load) => lazy(() => fetchPart(load));
