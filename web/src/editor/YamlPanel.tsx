import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { getJson } from "../api/client";
import { useMay } from "../shell/me";
import { Notice } from "../shell/Notice";
import { useOpened } from "./useOpened";
import { wordsOf } from "./useSaving";
import { Workbench } from "./Workbench";
import "../styles/editor.css";

interface YamlPanelProps {
  slug: string;
  revision: number;
  onClose: () => void;
}

/** The dashboard's file beside the page it makes. */
export default function YamlPanel({ slug, revision, onClose }: YamlPanelProps) {
  const [first] = useState(revision);
  const editable = useMay("edit");
  const opened = useOpened(slug, first);
  const connections = useQuery({
    queryKey: ["connection-names"],
    queryFn: ({ signal }) => getJson<{ connections: { name: string }[] }>("/v1/connections", signal),
    enabled: editable,
  });

  if (opened.isError)
    return (
      <section className="workbench" aria-label="Dashboard file">
        <div className="workbench-centre">
          <Notice
            title="The file could not be opened"
            message={wordsOf(opened.error)}
            action={{ label: "Back to the page", run: onClose }}
          />
        </div>
      </section>
    );
  if (!opened.data)
    return (
      <section className="workbench" aria-label="Dashboard file" aria-busy="true">
        <div className="workbench-head" />
        <div className="workbench-body">
          <div className="bone" />
        </div>
      </section>
    );
  return (
    <Workbench
      slug={slug}
      opened={opened.data}
      newest={revision}
      editable={editable}
      connections={connections.data?.connections.map((one) => one.name) ?? []}
      onClose={onClose}
    />
  );
}
