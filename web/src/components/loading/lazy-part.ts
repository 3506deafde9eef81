import { lazy } from "react";
import { fetchPart } from "./fetch-part.ts";

/**
 * Like `lazy` of React, but retries while the server is unavailable, and the rest of the page stays. Throws `PartMissing` if that fails.
 */
export const lazyPart: typeof lazy = (load) => lazy(() => fetchPart(load));
