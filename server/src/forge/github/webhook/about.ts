import { z } from "zod";
import { readBody } from "../read/read.ts";
import { eventRepository } from "../read/repository.ts";
import { user } from "../read/user.ts";

/** Fields in the bodies of all events of a repository. */
export const about = { repository: eventRepository, sender: user.nullish() };

const withAction = z.object({ action: z.string() });

/** Returns the `action` of a body. Throws `invalid_input` if it is missing. */
export function actionOf(body: unknown): string {
  return readBody(withAction, body).action;
}
