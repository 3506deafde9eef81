import { AppError } from "../../../base/index.ts";

/**
 * True for an error that a turn records as the reason why a reply was not posted. Its work is complete, so the turn does
 * not fail. An attempt that was fenced off records nothing, and any other error is a fault of Tembo. Pure.
 */
export const isRecordable = (cause: unknown): cause is AppError =>
  cause instanceof AppError && cause.code !== "fenced";
