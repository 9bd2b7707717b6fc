/** Language, light or dark, and the way out. Read when somebody opens it for the first time. */
import { Menu, useMantineColorScheme } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { api } from "~/lib/api/client";
import { LANGUAGES, type Language, speak } from "~/lib/i18n";

export default function MeMenu({ children }: { children: ReactElement }) {
  const { t, i18n } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const leave = async () => {
    await api.delete("/api/session");
    queries.clear();
    await navigate({ to: "/sign-in" });
  };
  return (
    <Menu position="bottom-end" width={220} withinPortal defaultOpened>
      <Menu.Target>
        {children}
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t("shell.language")}</Menu.Label>
        {Object.entries(LANGUAGES).map(([code, name]) => (
          <Menu.Item key={code} lang={code} onClick={() => void speak(code as Language)} leftSection={i18n.language === code ? "✓" : " "}>
            {name}
          </Menu.Item>
        ))}
        <Menu.Label>{t("shell.look")}</Menu.Label>
        {(["auto", "light", "dark"] as const).map((each) => (
          <Menu.Item key={each} onClick={() => setColorScheme(each)} leftSection={colorScheme === each ? "✓" : " "}>
            {t(`shell.scheme.${each}`)}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item component={Link} to="/settings">
          {t("shell.account")}
        </Menu.Item>
        <Menu.Item onClick={() => void leave()}>{t("shell.leave")}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
