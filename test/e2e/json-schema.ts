/** A JSON Schema, as far as ours go. */
type Schema = Record<string, unknown>;

/**
 * What of a value does not fit a JSON Schema (draft 2020-12). Written for the schemas that we print: a keyword that is
 * not known here is an error of the schema, so that nothing passes unseen.
 *
 * @returns a sentence for each problem; none: it fits
 */
export function fits(schema: Schema, value: unknown, at = "$", root = schema): string[] {
  return Object.entries(schema).flatMap(([keyword, said]) => {
    const check = keywords[keyword];
    if (check === undefined) return [`${at}: the schema says ${keyword}, which is not known here`];
    return check(said as never, value, at, { schema, root });
  });
}

type Check = (said: never, value: unknown, at: string, where: { schema: Schema; root: Schema }) => string[];

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);
const typeOf = (value: unknown): string => (value === null ? "null" : Array.isArray(value) ? "array" : typeof value);
const none: Check = () => [];

const keywords: Record<string, Check> = {
  $schema: none, $defs: none, $id: none, title: none, description: none, default: none, format: none,
  $ref: (said: string, value, at, { root }) => fits(said.replace("#/", "").split("/").reduce<unknown>((part, key) => (part as Schema)[key], root) as Schema, value, at, root),
  type: (said: string | string[], value, at) => {
    const ok = [said].flat().some((type) => (type === "integer" ? Number.isInteger(value) : type === typeOf(value)));
    return ok ? [] : [`${at} is ${typeOf(value)}, not ${String(said)}`];
  },
  const: (said: unknown, value, at) => (said === value ? [] : [`${at} is not ${JSON.stringify(said)}`]),
  enum: (said: unknown[], value, at) => (said.includes(value) ? [] : [`${at} is none of ${said.join(", ")}`]),
  anyOf: (said: Schema[], value, at, { root }) => {
    const problems = said.map((schema) => fits(schema, value, at, root));
    return problems.some((each) => each.length === 0) ? [] : problems[0] ?? [];
  },
  required: (said: string[], value, at) => (isObject(value) ? said.filter((key) => !(key in value)).map((key) => `${at}.${key} is missing`) : []),
  properties: (said: Record<string, Schema>, value, at, { root }) =>
    isObject(value) ? Object.entries(said).flatMap(([key, schema]) => (key in value ? fits(schema, value[key], `${at}.${key}`, root) : [])) : [],
  additionalProperties: (said: Schema | boolean, value, at, { schema, root }) => {
    if (!isObject(value) || said === true) return [];
    const others = Object.keys(value).filter((key) => !(key in ((schema["properties"] as Schema | undefined) ?? {})));
    return said === false ? others.map((key) => `${at}.${key} is not known`) : others.flatMap((key) => fits(said, value[key], `${at}.${key}`, root));
  },
  propertyNames: (said: Schema, value, at, { root }) => (isObject(value) ? Object.keys(value).flatMap((key) => fits(said, key, `${at} key ${key}`, root)) : []),
  items: (said: Schema, value, at, { root, schema }) => {
    const before = ((schema["prefixItems"] as Schema[] | undefined) ?? []).length;
    return Array.isArray(value) ? value.slice(before).flatMap((item, place) => fits(said, item, `${at}[${place + before}]`, root)) : [];
  },
  prefixItems: (said: Schema[], value, at, { root }) => (Array.isArray(value) ? said.flatMap((schema, place) => fits(schema, value[place], `${at}[${place}]`, root)) : []),
  minItems: (said: number, value, at) => (Array.isArray(value) && value.length < said ? [`${at} has too few`] : []),
  maxItems: (said: number, value, at) => (Array.isArray(value) && value.length > said ? [`${at} has too many`] : []),
  minLength: (said: number, value, at) => (typeof value === "string" && value.length < said ? [`${at} is too short`] : []),
  pattern: (said: string, value, at) => (typeof value === "string" && !new RegExp(said, "u").test(value) ? [`${at} does not look like ${said}`] : []),
  minimum: (said: number, value, at) => (typeof value === "number" && value < said ? [`${at} is below ${said}`] : []),
  maximum: (said: number, value, at) => (typeof value === "number" && value > said ? [`${at} is above ${said}`] : []),
  exclusiveMinimum: (said: number, value, at) => (typeof value === "number" && value <= said ? [`${at} is not above ${said}`] : []),
};
