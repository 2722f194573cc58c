import { Component, type ReactNode } from "react";

/** Keeps a view that cannot be drawn from taking the others along. */
export class ViewBoundary extends Component<
  { name: string; children: ReactNode },
  { message: string | null }
> {
  override state = { message: null };

  static getDerivedStateFromError(error: unknown) {
    return { message: error instanceof Error ? error.message : String(error) };
  }

  override render() {
    if (this.state.message === null) return this.props.children;
    return (
      <div className="card-note" role="alert">
        <p className="card-problem">This view could not be drawn.</p>
        <p className="quiet">{this.state.message}</p>
      </div>
    );
  }
}
