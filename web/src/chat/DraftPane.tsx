/** Stands where the dashboard will be, so that nothing moves when it comes. */
export function DraftPane({ busy }: { busy: boolean }) {
  return (
    <div className="draft" data-busy={busy}>
      <div className="draft-grid" aria-hidden="true">
        <span className="ghost" />
        <span className="ghost" />
        <span className="ghost" />
        <span className="ghost wide" />
        <span className="ghost half" />
        <span className="ghost half" />
      </div>
      <p className="quiet">{busy ? "The dashboard appears here when it is saved." : "No dashboard yet."}</p>
    </div>
  );
}
