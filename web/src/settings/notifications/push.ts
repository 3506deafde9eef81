import type { PushSubscriptionCreateBody } from "@tembo-io/sdk";
import { settingsText } from "../../text/settings/index.ts";

const words = settingsText.notifications.browsers;

/** True if the browser supports Web Push on this page, which requires HTTPS or a loopback address. */
export const canReceivePush = () =>
  "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

/**
 * Asks for the permission to show notifications, and subscribes with the installation's key. Replaces a subscription with
 * another key, which an earlier installation at this address has left. Throws an error with the reason for the user.
 */
export async function subscribe(publicKey: string): Promise<PushSubscriptionCreateBody> {
  if ((await Notification.requestPermission()) !== "granted") throw new Error(words.blocked);
  await navigator.serviceWorker.register("/service-worker.js");
  const { pushManager } = await navigator.serviceWorker.ready;
  const applicationServerKey = toBytes(publicKey);
  const known = await pushManager.getSubscription();
  if (known !== null && !isSame(known.options.applicationServerKey, applicationServerKey))
    await known.unsubscribe();
  const subscription = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey });
  const { endpoint, keys } = subscription.toJSON();
  return { endpoint: endpoint!, keys: { p256dh: keys!.p256dh!, auth: keys!.auth! } };
}

function toBytes(base64url: string): Uint8Array<ArrayBuffer> {
  const base64 = base64url.replaceAll("-", "+").replaceAll("_", "/");
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

function isSame(one: ArrayBuffer | null, other: Uint8Array): boolean {
  if (one === null || one.byteLength !== other.length) return false;
  return new Uint8Array(one).every((byte, index) => byte === other[index]);
}
