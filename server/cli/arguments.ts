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

/**
 * The same for a command with operands: exactly one for each of `operands`, which name them for people. Throws
 * PortholeError `bad-option`.
 */
export function parseOperands<T extends NonNullable<ParseArgsConfig["options"]>>(
	command: string,
	args: readonly string[],
	options: T,
	operands: readonly string[],
): Pick<ReturnType<typeof parseArgs<{ options: T; allowPositionals: true }>>, "values" | "positionals"> {
	try {
		const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
		const asksHelp = "help" in values && values.help === true;
		if (asksHelp || positionals.length === operands.length) return { values, positionals };
		const missing = operands.slice(positionals.length).join(" and ");
		throw new Error(missing ? `Say the ${missing}.` : `${positionals.at(-1)} is too much.`);
	} catch (cause) {
		throw new PortholeError("bad-option", `${messageOf(cause)} See porthole ${command} --help.`, { cause });
	}
}
