import { z } from "zod";
import { readBody } from "../read/read.ts";
import { eventRepository } from "../read/repository.ts";
import { user } from "../read/user.ts";

/** What bodies of all events have. */
export const about = { repository: eventRepository, sender: user.nullish() };

const withAction = z.object({ action: z.string() });

/** The `action` of a body. Throws `invalid_input` without one. */
export function actionOf(body: unknown): string {
  return readBody(withAction, body).action;
}
