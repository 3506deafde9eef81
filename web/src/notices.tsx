import { Notifications } from "@mantine/notifications";

/** Where the page tells what happened. */
export function Notices() {
  return <Notifications position="bottom-right" />;
}
