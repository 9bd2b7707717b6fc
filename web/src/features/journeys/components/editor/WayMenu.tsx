/** What can be done with a way out of an activity: put something behind it, lead it elsewhere, or cut it. */
import { Box, Menu } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Tile, titleOf } from "~/components/graph";
import { candidates, GROUPS, graphOf, type JourneyDefinition, outletOf } from "~/components/graph/model";
import css from "./editor.module.css";

export interface WayAsked {
  source: string;
  handle: string;
  screen: DOMRect;
  at?: { x: number; y: number };
}

export interface WayMenuProps {
  way: WayAsked;
  journey: JourneyDefinition;
  onAdd: (kind: string) => void;
  onConnect: (target: string) => void;
  onDisconnect: (target: string) => void;
  onClose: () => void;
}

export function WayMenu({ way, journey, onAdd, onConnect, onDisconnect, onClose }: WayMenuProps) {
  const { t } = useTranslation(["journeys", "graph"]);
  const names = new Map(graphOf(journey).nodes.map((node) => [node.id, titleOf(node, (key, fallback) => t(`graph:${key}`, fallback))]));
  const there = outletOf(journey, way.source, way.handle)?.targets ?? [];
  const others = candidates(journey, way.source, way.handle);
  const { left, top, width, height } = way.screen;
  return (
    <Menu opened onClose={onClose} position="bottom" withArrow shadow="md" width={248} trapFocus returnFocus closeOnItemClick withinPortal={false} floatingStrategy="fixed" withInitialFocusPlaceholder={false} menuItemTabIndex={0}>
      <Menu.Target>
        <button type="button" tabIndex={-1} aria-label={t("way.menu")} style={{ position: "fixed", left, top, width, height, opacity: 0, pointerEvents: "none" }} />
      </Menu.Target>
      <Menu.Dropdown className={css.menu}>
        {others.length > 0 && (
          <Menu.Sub>
            <Menu.Sub.Target>
              <Menu.Sub.Item>{t("way.connect")}</Menu.Sub.Item>
            </Menu.Sub.Target>
            <Menu.Sub.Dropdown className={css.menu}>
              {others.map((id) => (
                <Menu.Item key={id} leftSection={<Tile kind={journey.activities[id]?.type ?? ""} />} onClick={() => onConnect(id)}>
                  {names.get(id)}
                </Menu.Item>
              ))}
            </Menu.Sub.Dropdown>
          </Menu.Sub>
        )}
        {there.map((id) => (
          <Menu.Item key={id} onClick={() => onDisconnect(id)}>
            {t("way.cut", { name: names.get(id) ?? id })}
          </Menu.Item>
        ))}
        {GROUPS.map(([group, kinds]) => (
          <Box key={group} role="group" aria-label={t(`graph:group.${group}`)}>
            <Menu.Label>{t(`graph:group.${group}`)}</Menu.Label>
            {kinds.map((kind) => (
              <Menu.Item key={kind} leftSection={<Tile kind={kind} />} onClick={() => onAdd(kind)}>
                {t(`graph:kind.${kind}`, kind)}
              </Menu.Item>
            ))}
          </Box>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
