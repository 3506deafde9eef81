import type { Integration } from "./integration.ts";

/** Returns the URL to which an integration's forge sends webhooks. */
export function webhookUrl(publicUrl: string, { id, forge }: Pick<Integration, "id" | "forge">): string {
  return `${publicUrl}/api/webhook/${forge}?integration=${id}`;
}

/**
 * True if a forge at `webUrl` may be able to reach this server. A forge on another machine cannot reach a loopback
 * address.
 */
export function canReachUs(publicUrl: string, webUrl: string): boolean {
  return !isLoopback(publicUrl) || isLoopback(webUrl);
}

function isLoopback(address: string): boolean {
  const host = URL.parse(address)?.hostname ?? "";
  return /^(localhost|.+\.localhost|127(\.\d+){3}|0\.0\.0\.0|\[::1?\])$/.test(host);
}
