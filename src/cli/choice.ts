import { Argument, Option } from "commander";
import { ParameterError } from "../errors.ts";
import { noneOf } from "../nearest.ts";

/** A parser of commander for a value that is one of a few names. @throws ParameterError with those, and the nearest */
export function oneOf<Name extends string>(what: string, names: readonly Name[]): (text: string) => Name {
  return (text) => {
    const found = names.find((name) => name === text);
    if (found === undefined) throw new ParameterError(`${what}: ${noneOf(text, names)}`);
    return found;
  };
}

/** An option whose value is one of `names`: help and completion tell them. */
export function choiceOption(flags: string, description: string, names: readonly string[]): Option {
  const option = new Option(flags, description).choices([...names]);
  return option.argParser(oneOf(option.long ?? flags, names));
}

/** An argument that is one of `names`. */
export function choiceArgument(name: string, description: string, names: readonly string[]): Argument {
  const argument = new Argument(name, description).choices([...names]);
  return argument.argParser(oneOf(argument.name(), names));
}
