/** The frame of every page: where one can go, who one is, whether the numbers are live. */
import { AppShell, Burger, Group, NavLink, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Link, Outlet, useRouterState } from "@tanstack/react-router";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "@tanstack/react-query";
import { session } from "~/lib/session";
import { Connection } from "./Connection";
import { Me } from "./Me";

interface Place {
  to: string;
  key: string;
  scope: string;
}

/** What a marketer does every day comes first; what is set up once comes last. */
const PLACES: { key: string; places: Place[] }[] = [
  {
    key: "now",
    places: [{ to: "/", key: "pulse", scope: "segments:read" }],
  },
  {
    key: "audience",
    places: [
      { to: "/segments", key: "segments", scope: "segments:read" },
      { to: "/people", key: "people", scope: "profiles:read" },
      { to: "/journeys", key: "journeys", scope: "journeys:read" },
      { to: "/deliveries", key: "deliveries", scope: "deliveries:read" },
    ],
  },
  {
    key: "crm",
    places: [
      { to: "/contacts", key: "contacts", scope: "contacts:read" },
      { to: "/worksheets", key: "worksheets", scope: "contacts:read" },
      { to: "/interactions", key: "interactions", scope: "contacts:read" },
      { to: "/campaigns", key: "campaigns", scope: "contacts:read" },
      { to: "/opportunities", key: "opportunities", scope: "contacts:read" },
      { to: "/tasks", key: "tasks", scope: "contacts:read" },
    ],
  },
  {
    key: "setup",
    places: [
      { to: "/data", key: "data", scope: "data:read" },
      { to: "/settings", key: "settings", scope: "settings:read" },
      { to: "/audit", key: "audit", scope: "access:read" },
    ],
  },
];

export function Shell() {
  const { t } = useTranslation();
  const [opened, { toggle, close }] = useDisclosure();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const { data } = useQuery(session);
  useEffect(close, [path, close]);
  const may = new Set(data?.scopes);
  return (
    <AppShell header={{ height: 48 }} navbar={{ width: 208, breakpoint: "sm", collapsed: { mobile: !opened } }} padding="md">
      <a className="skip" href="#main">
        {t("shell.skip")}
      </a>
      <AppShell.Header px="md">
        <Group h="100%" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger opened={opened} onClick={toggle} hiddenFrom="sm" size="sm" aria-label={t("shell.menu")} />
            <Text component={Link} to="/" fw={700} c="inherit" td="none">
              Parcours
            </Text>
          </Group>
          <Group gap="sm" wrap="nowrap">
            <Connection />
            <Me />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label={t("shell.navigation")}>
        <div style={{ overflowY: "auto" }}>
          {PLACES.map(({ key, places }) => {
            const seen = places.filter((place) => may.has(place.scope));
            return seen.length === 0 ? null : (
              <div key={key}>
                <Text size="xs" c="dimmed" px="sm" pt="sm" pb={2}>
                  {t(`shell.group.${key}`)}
                </Text>
                {seen.map((place) => (
                  <NavLink
                    key={place.to}
                    component={Link}
                    to={place.to}
                    label={t(`page.${place.key}`)}
                    active={place.to === "/" ? path === "/" : path.startsWith(place.to)}
                    py={5}
                  />
                ))}
              </div>
            );
          })}
        </div>
      </AppShell.Navbar>
      <AppShell.Main id="main" tabIndex={-1}>
        <Outlet />
      </AppShell.Main>
    </AppShell>
  );
}
