/** "18:FE:AA:0B:0C:0D" of any usual spelling (colons, hyphens, dots or none, either case); undefined when it is no MAC. */
export function normaliseMac(text: string): string | undefined {
  const spelt =
    /^[0-9a-f]{12}$/i.test(text) ||
    /^[0-9a-f]{2}(?:([:-])[0-9a-f]{2})(?:\1[0-9a-f]{2}){4}$/i.test(text) ||
    /^[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}$/i.test(text);
  if (!spelt) return undefined;
  return (text.replace(/[^0-9a-f]/gi, "").match(/../g) ?? []).join(":").toUpperCase();
}
