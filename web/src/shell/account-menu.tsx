import { Menu, useMantineColorScheme } from "@mantine/core";
import {
  IconBaselineDensityMedium,
  IconBaselineDensitySmall,
  IconDeviceDesktop,
  IconHelp,
  IconLogout,
  IconMoon,
  IconSun,
  IconUser,
} from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { tembo } from "../api/client.ts";
import { usePerson } from "../api/who.ts";
import { text } from "../text/index.ts";
import { type Density, readDensity, setDensity } from "../theme/density.ts";
import { AccountButton } from "./account-button.tsx";

const schemes = [
  { value: "light", label: text.general.theme.light, icon: IconSun },
  { value: "dark", label: text.general.theme.dark, icon: IconMoon },
  { value: "auto", label: text.general.theme.auto, icon: IconDeviceDesktop },
] as const;

const densities = [
  { value: "comfortable", icon: IconBaselineDensityMedium },
  { value: "compact", icon: IconBaselineDensitySmall },
] as const;

export interface AccountMenuProps {
  readonly isOpenAtFirst: boolean;
  readonly hasFocusAtFirst: boolean;
}

export function AccountMenu({ isOpenAtFirst, hasFocusAtFirst }: AccountMenuProps) {
  const person = usePerson();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const [density, showDensity] = useState(readDensity);
  const chooseDensity = (value: Density) => {
    setDensity(value);
    showDensity(value);
  };
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const signOut = useMutation({
    mutationFn: () => tembo.signIn.delete(),
    onSuccess: async () => {
      queryClient.clear();
      await navigate({ to: "/sign-in" });
    },
  });
  return (
    <Menu position="top-start" width={220} defaultOpened={isOpenAtFirst}>
      <Menu.Target>
        <AccountButton autoFocus={hasFocusAtFirst} />
      </Menu.Target>
      <Menu.Dropdown>
        {person.email !== null && (
          <Menu.Label style={{ overflowWrap: "anywhere" }} dir="auto">
            {person.email}
          </Menu.Label>
        )}
        <Menu.Item leftSection={<IconUser size={16} aria-hidden />} component={Link} to="/settings/account">
          {text.general.yourAccount}
        </Menu.Item>
        <Menu.Item leftSection={<IconHelp size={16} aria-hidden />} component="a" href="/help/">
          {text.general.help}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Label>{text.general.theme.label}</Menu.Label>
        {schemes.map(({ value, label, icon: Icon }) => (
          <Menu.Item
            key={value}
            leftSection={<Icon size={16} aria-hidden />}
            onClick={() => setColorScheme(value)}
            aria-current={colorScheme === value || undefined}
            fw={colorScheme === value ? 600 : undefined}
          >
            {label}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Label>{text.general.density.label}</Menu.Label>
        {densities.map(({ value, icon: Icon }) => (
          <Menu.Item
            key={value}
            leftSection={<Icon size={16} aria-hidden />}
            onClick={() => chooseDensity(value)}
            aria-current={density === value || undefined}
            fw={density === value ? 600 : undefined}
          >
            {text.general.density[value]}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} aria-hidden />} onClick={() => signOut.mutate()}>
          {text.general.signOut}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
