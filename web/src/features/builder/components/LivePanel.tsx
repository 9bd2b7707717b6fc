/** Beside the rule, while it is edited: how many people, who for example, the rule in words, how it is kept up to date. */
import { Anchor, Badge, Group, Progress, Skeleton, Stack, Text, Tooltip } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Failed } from "~/components/Failed";
import { Panel } from "~/components/Page";
import { found } from "~/components/person/model";
import type { Schemas } from "~/lib/api/client";
import { Failure } from "~/lib/api/request";
import { number, percent } from "~/lib/i18n/format";
import type { useAnswers } from "../api/answers";

type Answers = ReturnType<typeof useAnswers>;

export function LivePanel({ answers, gaps }: { answers: Answers; gaps: number }) {
  const { t } = useTranslation("builder");
  const { check, size, problems, waiting } = answers;
  const broken = [check?.error, size?.error].find((error) => error && !(error instanceof Failure && error.status === 422));
  return (
    <Stack gap="md">
      <Panel title={t("live.title")} right={<Text size="xs" c="dimmed">{waiting ? t("live.counting") : ""}</Text>}>
        {check === null ? (
          <Text size="sm" c="dimmed">{t("live.nothing")}</Text>
        ) : broken ? (
          <Failed error={broken} what={t("live.what")} again={() => void (check.error ? check.refetch() : size?.refetch())} />
        ) : problems.length ? (
          <Text size="sm" c="var(--mantine-color-error)">{t("live.wrong", { count: problems.length })}</Text>
        ) : size?.data ? (
          <Size size={size.data} waiting={waiting} />
        ) : (
          <Skeleton h={92} aria-label={t("live.what")} />
        )}
        {gaps > 0 && check !== null && <Text size="xs" c="dimmed" mt="xs">{t("live.gaps", { count: gaps })}</Text>}
      </Panel>
      {check?.data && !problems.length && <Words rule={check.data} />}
      {size?.data && !problems.length && <Sample size={size.data} />}
    </Stack>
  );
}

function Size({ size, waiting }: { size: Schemas["Size"]; waiting: boolean }) {
  const { t } = useTranslation("builder");
  const { compared } = size;
  return (
    <Stack gap={6} opacity={waiting ? 0.6 : 1} aria-busy={waiting}>
      <Group gap="xs" align="baseline" aria-live="polite" aria-atomic>
        <Text fz="1.9rem" fw={650} lh={1.1}>{number(size.members)}</Text>
        <Text size="sm" c="dimmed">{t("live.people", { count: size.members, of: number(size.of), share: percent(size.share) })}</Text>
      </Group>
      <Progress value={size.share * 100} size="sm" aria-label={t("live.share")} />
      {compared && (compared.entering || compared.leaving ? <Moving compared={compared} /> : <Text size="sm" c="dimmed">{t("live.nobody_moves")}</Text>)}
    </Stack>
  );
}

function Moving({ compared }: { compared: NonNullable<Schemas["Size"]["compared"]> }) {
  const { t } = useTranslation("builder");
  return (
    <Text size="sm">
      {t("live.compared", { members: number(compared.members) })}{" "}
      <Text span fw={600} c="light-dark(color-mix(in srgb, var(--mantine-color-teal-9) 80%, black), var(--mantine-color-teal-4))">{t("live.entering", { count: compared.entering, n: number(compared.entering) })}</Text>
      {", "}
      <Text span fw={600} c="light-dark(color-mix(in srgb, var(--mantine-color-orange-9) 80%, black), var(--mantine-color-orange-4))">{t("live.leaving", { count: compared.leaving, n: number(compared.leaving) })}</Text>
    </Text>
  );
}

function Words({ rule }: { rule: Schemas["Rule"] }) {
  const { t } = useTranslation("builder");
  const { method, reasons } = rule.method;
  return (
    <Panel title={t("live.words")}>
      <Text size="sm">{t("live.people_who", { sentence: rule.sentence })}</Text>
      <Group gap="xs" mt="sm" align="flex-start">
        <Tooltip label={reasons.join("\n")} multiline maw={360} withArrow disabled={!reasons.length}>
          <Badge variant="light" color="gray" radius="sm" tt="none" tabIndex={0}>{t(`method.${method}`, method)}</Badge>
        </Tooltip>
      </Group>
      <Text size="xs" c="dimmed" mt={4}>{t(`method.${method}_hint`, "")}</Text>
    </Panel>
  );
}

function Sample({ size }: { size: Schemas["Size"] }) {
  const { t } = useTranslation("builder");
  const people = found(size.sample as Record<string, unknown>[]);
  return (
    <Panel title={t("live.sample")}>
      {!people.length && <Text size="sm" c="dimmed">{t("live.nobody")}</Text>}
      <Stack gap={6} component="ul" p={0} m={0} style={{ listStyle: "none" }}>
        {people.map((person) => (
          <li key={person.value}>
            <Text size="sm" component="div">
              <Anchor inherit href={`/people/${encodeURIComponent(person.value)}`} target="_blank">{person.label}</Anchor>
            </Text>
            {person.about && <Text size="xs" c="dimmed" lineClamp={1}>{person.about}</Text>}
          </li>
        ))}
      </Stack>
    </Panel>
  );
}
