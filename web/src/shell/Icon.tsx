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
  chart: "M4 20h16M7 16v-5m5 5V6m5 10v-8",
  database:
    "M19 6c0 1.7-3.1 3-7 3S5 7.7 5 6s3.1-3 7-3 7 1.3 7 3Zm0 0v12c0 1.7-3.1 3-7 3s-7-1.3-7-3V6m14 6c0 1.7-3.1 3-7 3s-7-1.3-7-3",
  trash: "M5 7h14M9 7V4h6v3M7 7l1 13h8l1-13",
  refresh: "M20 11a8 8 0 0 0-14-4.5L4 9m0-5v5h5m-5 4a8 8 0 0 0 14 4.5L20 15m0 5v-5h-5",
  upload: "M12 16V5m-5 5 5-5 5 5M5 20h14",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  table: "M4 5h16v14H4zM4 10h16M10 5v14",
  image: "M4 5h16v14H4zm0 11 5-5 4 4 3-3 4 4M15 9h.01",
  download: "M12 4v11m-5-5 5 5 5-5M5 20h14",
  expand: "M9 4H4v5m0-5 6 6m5 10h5v-5m0 5-6-6",
  search: "M16.5 16.5 20 20M18 11a7 7 0 1 1-14 0 7 7 0 0 1 14 0Z",
  link: "M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.7-5.7l-1.2 1.2M14 10a4 4 0 0 0-6-.4l-3 3a4 4 0 0 0 5.7 5.7l1.2-1.2",
  history: "M4 12a8 8 0 1 0 2.5-5.8L4 8.5M4 4v4.5h4.5M12 8v4.5l3 1.8",
  calendar: "M4 6h16v14H4zM4 11h16M8 3v5m8-5v5",
  pencil: "M4 20l1-4L16 5l3 3L8 19l-4 1Zm10-13 3 3",
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
