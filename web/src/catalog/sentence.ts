/** A message as a sentence: a capital first, a full stop last. */
export function sentence(text: string): string {
  const said = text.trim();
  if (said === "") return "";
  const begun = /^[a-z][a-z]*[ ,.]/.test(said) ? said.slice(0, 1).toUpperCase() + said.slice(1) : said;
  return /[.!?…:]$/.test(begun) ? begun : `${begun}.`;
}
