/** The description of the HTTP API as it stands in the checkout. */
export function readDescription(): unknown;
/** The text of src/api/schema.ts for a description. */
export function typesOf(description: unknown): Promise<string>;
