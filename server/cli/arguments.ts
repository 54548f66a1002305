import { type ParseArgsConfig, parseArgs } from "node:util";
import { messageOf, PortholeError } from "../../signaling/protocol/errors.ts";

/** `parseArgs` of Node. Throws PortholeError `bad-option` naming what `porthole <command>` does not take. */
export function parseArguments<T extends NonNullable<ParseArgsConfig["options"]>>(
	command: string,
	args: readonly string[],
	options: T,
): ReturnType<typeof parseArgs<{ options: T }>>["values"] {
	try {
		return parseArgs({ args: [...args], options }).values;
	} catch (cause) {
		throw new PortholeError("bad-option", `${messageOf(cause)} See porthole ${command} --help.`, { cause });
	}
}
