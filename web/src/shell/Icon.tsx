const PATHS = {
  sun: "M12 4V2m0 20v-2m8-8h2M2 12h2m13.7-5.7 1.4-1.4M4.9 19.1l1.4-1.4m0-11.4L4.9 4.9m14.2 14.2-1.4-1.4M16 12a4 4 0 1 1-8 0 4 4 0 0 1 8 0Z",
  moon: "M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5Z",
  send: "M12 19V5m-6 6 6-6 6 6",
  stop: "M7 7h10v10H7z",
  chevron: "m9 6 6 6-6 6",
  down: "m6 9 6 6 6-6",
  close: "M6 6l12 12M18 6 6 18",
  check: "m5 13 4.5 4.5L19 7",
  cross: "M7 7l10 10M17 7 7 17",
  code: "m8 8-4 4 4 4m8-8 4 4-4 4",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  open: "M14 4h6v6m0-6-9 9M18 14v6H4V6h6",
  chat: "M4 5h16v11H9l-5 4V5Z",
  up: "M12 19V6m-5 5 5-5 5 5",
  arrowDown: "M12 5v13m-5-5 5 5 5-5",
  plus: "M12 5v14M5 12h14",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
  return (
    <svg className="icon" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}

export function Mark() {
  return (
    <svg className="mark" width="22" height="22" viewBox="0 0 22 22" aria-hidden="true" focusable="false">
      <rect className="mark-1" x="2" y="12" width="4.5" height="8" rx="1.2" />
      <rect className="mark-2" x="8.75" y="7" width="4.5" height="13" rx="1.2" />
      <rect className="mark-3" x="15.5" y="2" width="4.5" height="18" rx="1.2" />
    </svg>
  );
}
