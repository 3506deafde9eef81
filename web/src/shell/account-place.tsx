import { notifications } from "@mantine/notifications";
import { type ComponentType, useEffect, useRef, useState } from "react";
import { errorMessage } from "../api/query-client.ts";
import { useSettled } from "../components/use-settled.ts";
import { text } from "../text/index.ts";
import { AccountButton } from "./account-button.tsx";
import type { AccountMenuProps } from "./account-menu.tsx";

/** Account button. Loads the menu's code after the first render, or earlier when the user presses the button. */
export function AccountPlace() {
  const button = useRef<HTMLButtonElement>(null);
  const isWanted = useRef(false);
  const [menu, setMenu] = useState<{ readonly Menu: ComponentType<AccountMenuProps> } & AccountMenuProps>();
  const load = async () => {
    const { AccountMenu } = await import("./account-menu.tsx");
    const hasFocus = button.current !== null && document.activeElement === button.current;
    setMenu({ Menu: AccountMenu, isOpenAtFirst: isWanted.current, hasFocusAtFirst: hasFocus });
  };
  const isSettled = useSettled();
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs once
  useEffect(() => {
    // Ignores the error, because pressing the button retries and reports a failure.
    if (isSettled) load().catch(() => {});
  }, [isSettled]);
  if (menu !== undefined) {
    const { Menu, ...props } = menu;
    return <Menu {...props} />;
  }
  return (
    <AccountButton
      ref={button}
      aria-haspopup="menu"
      aria-expanded={false}
      onClick={() => {
        isWanted.current = true;
        load().catch((error: unknown) =>
          notifications.show({ color: "red", title: text.general.failed, message: errorMessage(error) }),
        );
      }}
    />
  );
}
