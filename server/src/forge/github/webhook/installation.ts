import { z } from "zod";
import type { ForgeEvent } from "../../../core/forges/index.ts";
import { readBody, time } from "../read/read.ts";
import { user } from "../read/user.ts";
import { actionOf } from "./about.ts";

const body = z.object({ sender: user.nullish(), installation: z.object({ updated_at: time.nullish() }) });

const actions = [
  "created",
  "deleted",
  "suspend",
  "unsuspend",
  "new_permissions_accepted",
  "added",
  "removed",
];

/**
 * Parses `installation` and `installation_repositories`. Only `deleted` removes the installation, because a suspended installation can be
 * resumed.
 */
export function readInstallation(json: unknown): readonly ForgeEvent[] {
  const action = actionOf(json);
  if (!actions.includes(action)) return [];
  const { sender, installation } = readBody(body, json);
  const at = installation.updated_at ?? new Date();
  return [{ type: "installation.changed", actor: sender ?? null, at, isRemoved: action === "deleted" }];
}
