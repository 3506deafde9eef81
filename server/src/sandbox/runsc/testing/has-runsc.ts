import { findRunsc } from "../find-runsc.ts";

export const hasRunsc = isInstalled();

function isInstalled(): boolean {
  try {
    findRunsc();
    return true;
  } catch {
    return false;
  }
}
