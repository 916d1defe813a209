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

/** What is wrong with a value, in a sentence: the first fault, with the name, what stands there, and the rule. */
export function faultOf(error: z.ZodError, value: unknown): string {
  return sentence(error.issues, value);
}

function sentence([issue]: readonly z.core.$ZodIssue[], value: unknown): string {
  if (issue === undefined) return "it breaks the schema";
  if (issue.code === "invalid_union") {
    // The alternative that is nearest: the one with the fewest faults that its type does not explain.
    const distance = (issues: readonly z.core.$ZodIssue[]): number =>
      issues.length + (issues.some(({ path }) => path[0] === "type") ? 100 : 0);
    const [nearest] = issue.errors.toSorted((a, b) => distance(a) - distance(b));
    return sentence(nearest ?? [], value);
  }
  if (issue.code === "unrecognized_keys") return `${issue.keys.map((key) => `"${key}"`).join(", ")} is not known here`;
  const found = issue.path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key], value);
  const name = issue.path.join(".");
  const rule = ruleOf(issue);
  if (name === "") return `it ${rule}`;
  return found === undefined ? `${name} is missing: it ${rule}` : `${name}=${JSON.stringify(found)} ${rule}`;
}

function ruleOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "too_small":
      return `must be at least ${issue.minimum}`;
    case "too_big":
      return `must be at most ${issue.maximum}`;
    case "invalid_type":
      return issue.expected === "int" ? "must be a whole number" : `must be a ${issue.expected}`;
    case "invalid_value":
      return `must be ${issue.values.map((each) => JSON.stringify(each)).join(" or ")}`;
    default:
      return `breaks a rule: ${issue.message}`;
  }
}
