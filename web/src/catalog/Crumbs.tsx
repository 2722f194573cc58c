import { Link } from "../shell/Link";

/** The way down to this page; its last part is the page itself. */
export function Crumbs({ steps }: { steps: readonly { label: string; href: string }[] }) {
  return (
    <nav className="crumbs" aria-label="Where this is">
      <ol>
        {steps.map((step) => (
          <li key={step.href}>
            <Link href={step.href} dir="auto">
              {step.label}
            </Link>
          </li>
        ))}
      </ol>
    </nav>
  );
}
