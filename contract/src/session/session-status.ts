import { z } from "zod";

export const legacyStatus = z.enum(["draft", "queued", "inProgress", "completed", "failed", "cancelled"]);
