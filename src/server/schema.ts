import { z } from "zod";

/**
 * A schema whose fields are those of the type `T`, neither more nor fewer: the compiler holds types and schemas together.
 * (Types are written out and not inferred because they are part of the package's documentation.)
 */
export function objectOf<T>(shape: { readonly [K in keyof T]-?: z.ZodType<T[K]> }): z.ZodType<T> {
  return z.strictObject(shape) as unknown as z.ZodType<T>;
}

/** The schemas that OpenAPI calls by name. */
export const NAMED: z.core.$ZodRegistry<{ id: string }> = z.registry<{ id: string }>();

/** {@link objectOf} with a name in the OpenAPI description. */
export function namedObject<T>(
  id: string,
  description: string,
  shape: { readonly [K in keyof T]-?: z.ZodType<T[K]> },
): z.ZodType<T> {
  const schema = objectOf<T>(shape).describe(description);
  NAMED.add(schema, { id });
  return schema;
}

/** What is wrong with a value, in a sentence: the first fault, with the path to it. */
export function faultOf(error: z.ZodError): string {
  const [issue] = error.issues;
  if (!issue) return "it breaks the schema";
  const path = issue.path.join(".");
  return path === "" ? issue.message : `${path}: ${issue.message}`;
}
