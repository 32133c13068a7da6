import type { ChangeRecord } from "../../record/schema.ts";
import { brief } from "../visible.ts";

/** What `checklist.hbs` is given: our items alone; people's, and their notes, are put back by document/. */
export function checklistView({ checklist }: ChangeRecord) {
  const items = checklist.filter(({ by }) => by !== "person-item");
  return {
    none: items.length === 0,
    items: items.map(({ item, done, evidence }) => ({
      item: brief(item, 300),
      done,
      evidence: evidence === null ? null : brief(evidence, 200),
    })),
  };
}
