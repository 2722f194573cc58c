/** The token in what someone pasted: the token itself, or the whole link or line that the server printed. */
export function tokenIn(pasted: string): string {
  const text = pasted.trim();
  const link = /#sign-in=([^\s&]+)/.exec(text);
  if (!link?.[1]) return text.replace(/^["'`]|["'`]$/g, "");
  try {
    return decodeURIComponent(link[1]);
  } catch {
    return link[1];
  }
}
