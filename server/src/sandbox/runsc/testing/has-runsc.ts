import { getRunsc } from "../get-runsc.ts";

export const hasRunsc = isInstalled();

function isInstalled(): boolean {
  try {
    getRunsc();
    return true;
  } catch {
    return false;
  }
}
