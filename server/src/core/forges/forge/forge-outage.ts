import { AppError } from "../../base/index.ts";

/** States that the forge does not respond or that its rate limit is exhausted, so that other requests would also fail. */
export class ForgeOutage extends AppError {
  constructor(message: string, options?: { cause?: unknown }) {
    super("forge_failed", message, options);
  }
}
