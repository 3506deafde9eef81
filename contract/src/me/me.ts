import { z } from "zod";
import { uuid } from "../common.ts";
import { role } from "../member/member.ts";

/** Response of `GET /me`: the owner of the key. */
export const me = z.object({ orgId: uuid.nullable(), userId: uuid.nullable() });
export type Me = z.infer<typeof me>;

/** Response of `GET /auth/context`. */
export const authContext = z.object({ userId: uuid, organizationId: uuid, role });
export type AuthContext = z.infer<typeof authContext>;
