import { z } from "zod";
import { uuid } from "../common.ts";
import { role } from "../member/member.ts";

/** Answer of `GET /me`: whose key it is. */
export const me = z.object({ orgId: uuid.nullable(), userId: uuid.nullable() });
export type Me = z.infer<typeof me>;

/** Answer of `GET /auth/context`. */
export const authContext = z.object({ userId: uuid, organizationId: uuid, role });
export type AuthContext = z.infer<typeof authContext>;
