import { z } from "zod";
import { uuid } from "../common.ts";

/** Answer of `GET /me`: whose key it is. */
export const me = z.object({ orgId: uuid.nullable(), userId: uuid.nullable() });
export type Me = z.infer<typeof me>;
