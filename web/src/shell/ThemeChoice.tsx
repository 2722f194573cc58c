import { type Choice, chooseTheme, useThemeChoice } from "./theme";

const CHOICES: readonly [Choice, string][] = [
  ["system", "System"],
  ["light", "Light"],
  ["dark", "Dark"],
];

export function ThemeChoice() {
  const chosen = useThemeChoice();
  return (
    <fieldset className="segments">
      <legend>Theme</legend>
      {CHOICES.map(([choice, label]) => (
        <label key={choice} data-on={choice === chosen}>
          <input
            type="radio"
            name="theme"
            value={choice}
            checked={choice === chosen}
            onChange={() => chooseTheme(choice)}
          />
          {label}
        </label>
      ))}
    </fieldset>
  );
}
