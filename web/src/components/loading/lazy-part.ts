import { lazy } from "react";
import { fetchPart } from "./fetch-part.ts";

/** As React's `lazy`; while the server is away the rest of the page stays. Where the code does not come, the page says that it failed. */
export const lazyPart: typeof lazy = (load) => lazy(() => fetchPart(load));
