/** Members as a file: with progress, and a way to stop. */
import { Button, Group, Progress, Radio, Stack, Text } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Failed } from "~/components/Failed";
import { Panel } from "~/components/Page";
import { number } from "~/lib/i18n/format";
import { useMay } from "~/lib/session";
import { keep } from "~/lib/files";
import { fileOf, type Progress as Done } from "../../api/export";
import { FORMATS, type Format } from "../../model/rows";

export function ExportTab({ segment }: { segment: string }) {
  const { t } = useTranslation("segments");
  const mayAttributes = useMay("profiles:read");
  const [format, setFormat] = useState<Format>("csv");
  const [attributes, setAttributes] = useState(true);
  const { run, cancel, progress, error } = useExport(segment);
  return (
    <Panel title={t("export.title")}>
      <Stack gap="md" maw={560}>
        <Radio.Group label={t("export.what")} value={attributes && mayAttributes ? "attributes" : "since"} onChange={(next) => setAttributes(next === "attributes")}>
          <Stack gap="xs" mt="xs">
            <Radio value="attributes" size="xs" disabled={!mayAttributes} label={t("export.attributes")} />
            <Radio value="since" size="xs" label={t("export.since")} />
          </Stack>
        </Radio.Group>
        <Radio.Group label={t("export.format")} value={format} onChange={(next) => setFormat(next as Format)}>
          <Stack gap="xs" mt="xs">
            {FORMATS.map((each) => (
              <Radio key={each} value={each} size="xs" label={t(`export.${each}`)} />
            ))}
          </Stack>
        </Radio.Group>
        <Group gap="sm">
          <Button size="xs" loading={progress !== null} onClick={() => run(format, attributes && mayAttributes)}>
            {t("export.do")}
          </Button>
          {progress && (
            <Button size="xs" variant="default" onClick={cancel}>
              {t("common:cancel")}
            </Button>
          )}
        </Group>
        <Working progress={progress} />
        {error != null && <Failed error={error} what={t("export.title")} />}
        <Text size="xs" c="dimmed">
          {t("export.command")} <code>parcours export segment {segment} -o {segment}.parquet</code>
        </Text>
      </Stack>
    </Panel>
  );
}

function Working({ progress }: { progress: Done | null }) {
  const { t } = useTranslation("segments");
  if (!progress) return null;
  return (
    <Stack gap={4} role="status">
      <Progress value={progress.total ? (100 * progress.done) / progress.total : 100} animated={!progress.total} aria-label={t("export.title")} />
      <Text size="xs" c="dimmed">
        {t(progress.total === null ? "export.done" : "export.done_of", { done: number(progress.done), total: number(progress.total) })}
      </Text>
    </Stack>
  );
}

/** One export at a time; leaving the page ends it. */
function useExport(segment: string) {
  const [progress, setProgress] = useState<Done | null>(null);
  const [error, setError] = useState<unknown>(null);
  const working = useRef<AbortController | null>(null);
  const cancel = () => working.current?.abort();
  useEffect(() => cancel, []);
  const run = async (format: Format, attributes: boolean) => {
    const controller = (working.current = new AbortController());
    setError(null);
    setProgress({ done: 0, total: null });
    try {
      keep(await fileOf(segment, format, attributes, controller.signal, setProgress), `${segment}.${format}`);
    } catch (problem) {
      if (!controller.signal.aborted) setError(problem);
    }
    setProgress(null);
  };
  return { run: (format: Format, attributes: boolean) => void run(format, attributes), cancel, progress, error };
}
