import { PortholeError } from "../../signaling/protocol/errors.ts";
import { didYouMean } from "../nearest-word.ts";

/** Variables as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** One option of a command: what its help tells, how it is read, and its mirror in the environment. */
export interface Option<T> {
	/** As in `--name`. */
	readonly name: string;
	readonly help: string;
	/** Stands for the value in the help, such as `N`; a flag has none. */
	readonly value?: string | undefined;
	/** What it takes, in the words of help and errors. */
	readonly takes: string;
	/** Which value it has when it is not given, in words. */
	readonly default?: string | undefined;
	readonly required?: boolean | undefined;
	readonly repeatable?: boolean | undefined;
	/** The variable that mirrors it; absent: it has none. */
	readonly variable?: string | undefined;
	/** Only the variable is read: other users of a computer see the arguments of programs. */
	readonly variableOnly?: boolean | undefined;
	/** It may stand alone; a value after it is one that matches. */
	readonly alone?: RegExp | undefined;
	/** Another way to give the command's operand. */
	readonly isOperand?: boolean | undefined;
	/** `texts`: as given, undefined when it was not. Throws PortholeError `bad-option`. */
	read(texts: readonly string[] | undefined, reading: Reading): T;
}

/** Where an option is read. */
interface Reading {
	readonly command: string;
	readonly env: Environment;
}

/** The options of a command, by what the command calls them. */
export type OptionTable = Readonly<Record<string, Option<unknown>>>;
export type Values<T extends OptionTable> = {
	readonly [K in keyof T]: T[K] extends Option<infer V> ? V : never;
};

export interface CommandSpec<T extends OptionTable = OptionTable> {
	readonly name: string;
	/** What it does, for its help. */
	readonly about: string;
	readonly options: T;
	/** Names of its operands; those in brackets may be left out. */
	readonly operands?: readonly string[];
	/** What its help tells after the options: pairs of what is to be written and what it means. */
	readonly more?: () => Promise<readonly (readonly [left: string, right: string])[]>;
	/** Lines that show its use, where one made from the tables does not tell enough. */
	readonly usage?: readonly string[];
}

export interface Given<T extends OptionTable> {
	readonly options: Values<T>;
	readonly operands: readonly string[];
}

/** A command: takes the arguments after its name, gives the exit code. */
export interface Command<Context extends unknown[] = []> {
	(args: readonly string[], ...context: Context): Promise<number>;
	readonly spec: CommandSpec;
}

/** Makes a command that reads its arguments as its spec says, and answers `--help` itself. */
export function defineCommand<T extends OptionTable, Context extends unknown[] = []>(
	spec: CommandSpec<T>,
	run: (given: Given<T>, ...context: Context) => Promise<number>,
): Command<Context> {
	const call = async (args: readonly string[], ...context: Context): Promise<number> => {
		if (asksForHelp(args)) {
			const more = (await spec.more?.()) ?? [];
			const rows = more.flatMap(([left, right]) => helpRow(left, right));
			console.log([helpOf(spec), ...(rows.length > 0 ? ["", ...rows] : [])].join("\n"));
			return 0;
		}
		return run(parseCommand(spec, args, process.env), ...context);
	};
	return Object.assign(call, { spec });
}

/**
 * Reads the arguments of a command. Throws PortholeError `bad-option`, which tells the command, the option, the value
 * and what is allowed.
 */
export function parseCommand<T extends OptionTable>(
	spec: CommandSpec<T>,
	args: readonly string[],
	env: Environment,
): Given<T> {
	const { given, operands } = sortArguments(spec, args);
	const names = spec.operands ?? [];
	const missing = names.slice(operands.length).filter((name) => !name.startsWith("["));
	if (missing.length > 0) throw badOption(spec.name, `Say the ${missing.join(" and ")}.`);
	if (operands.length > names.length) throw badOption(spec.name, `${operands.at(-1)} is too much.`);
	const reading = { command: spec.name, env };
	const options = Object.fromEntries(
		Object.entries(spec.options).map(([key, option]) => [key, option.read(given.get(option.name), reading)]),
	);
	return { options: options as Values<T>, operands };
}

/** An error about how a command was called. */
export function badOption(command: string, words: string, cause?: unknown): PortholeError {
	return new PortholeError("bad-option", `${words} See porthole ${command} --help.`, { cause });
}

/** Puts arguments to their options; what belongs to none is an operand. */
function sortArguments({ name: command, options }: CommandSpec, args: readonly string[]) {
	const known = Object.values(options).filter((option) => !option.variableOnly);
	const given = new Map<string, string[]>();
	const operands: string[] = [];
	for (let at = 0; at < args.length; at++) {
		const arg = args[at] ?? "";
		if (arg === "--") {
			operands.push(...args.slice(at + 1));
			break;
		}
		if (!arg.startsWith("-") || arg === "-") {
			operands.push(arg);
			continue;
		}
		const [, name, inline] = /^--([^=]*)(?:=([\s\S]*))?$/.exec(arg) ?? [];
		const option = known.find((one) => one.name === name);
		if (!option) {
			const allowed = known.map((one) => `--${one.name}`).join(", ");
			const hint = didYouMean(
				name ?? "",
				known.map((one) => one.name),
				(near) => `--${near}`,
			);
			throw badOption(command, `porthole ${command} has no option ${arg}.${hint} It takes ${allowed}.`);
		}
		if (option.value === undefined && inline !== undefined) {
			throw badOption(command, `--${name} takes no value, and so not ${inline}.`);
		}
		const next = args[at + 1];
		let text = inline;
		if (option.value === undefined) text = "";
		else if (text === undefined && option.alone) text = next && option.alone.test(next) ? args[++at] : "";
		else if (text === undefined && next !== undefined && (!next.startsWith("-") || next === "-"))
			text = args[++at];
		if (text === undefined) throw badOption(command, `--${name} takes ${option.takes}, not nothing.`);
		if (!option.isOperand) given.set(option.name, [...(given.get(option.name) ?? []), text]);
		// An empty one is as good as none: then the operand is asked for.
		else if (text !== "") operands.unshift(text);
	}
	return { given, operands };
}

function asksForHelp(args: readonly string[]): boolean {
	const end = args.indexOf("--");
	return args.slice(0, end === -1 ? args.length : end).some((arg) => arg === "--help" || arg === "-h");
}

/** What all kinds of option have in common; `D` is what a command gets when the option is not given. */
interface Common<D> {
	readonly name: string;
	readonly help: string;
	readonly default?: D;
	/** The default in words, where the value itself does not tell. */
	readonly defaultText?: string;
	/** Without a mirror in the environment. */
	readonly noVariable?: boolean;
}

interface ValueSpec<T, D> extends Common<D> {
	readonly value?: string;
	/** Where the default comes from when it depends on the environment. */
	readonly defaultOf?: (env: Environment) => D;
	readonly required?: boolean;
	readonly variableOnly?: boolean;
	readonly alone?: RegExp;
	/** Errors do not repeat what was given. */
	readonly secret?: boolean;
	readonly takes: string;
	/** Undefined: the text is not what the option takes. */
	readonly parse: (text: string) => T | undefined;
}

/** An option of one value; an empty one counts as not given, unless it may stand alone. */
export function value<T>(spec: ValueSpec<T, never> & { readonly required: true }): Option<T>;
export function value<T, D = undefined>(spec: ValueSpec<T, D>): Option<T | D>;
export function value<T, D>(spec: ValueSpec<T, D>): Option<T | D | undefined> {
	const variable = variableOf(spec);
	return {
		...shown(spec),
		value: spec.value ?? "TEXT",
		takes: spec.takes,
		required: spec.required,
		variableOnly: spec.variableOnly,
		alone: spec.alone,
		read(texts, { command, env }) {
			const given = texts?.at(-1);
			const standsAlone = spec.alone !== undefined && given === "";
			const text = standsAlone ? "" : given || (variable && env[variable]) || undefined;
			if (text === undefined) {
				if (spec.required) throw badOption(command, `--${spec.name} is missing.`);
				return spec.defaultOf ? spec.defaultOf(env) : spec.default;
			}
			const result = spec.parse(text);
			if (result !== undefined) return result;
			throw badOption(command, refusal(spec, given ? undefined : variable, spec.secret ? undefined : text));
		},
	};
}

/** Any text. */
export function text(
	spec: Omit<ValueSpec<string, never>, "takes" | "parse"> & { readonly required: true },
): Option<string>;
export function text<D = undefined>(spec: Omit<ValueSpec<string, D>, "takes" | "parse">): Option<string | D>;
export function text<D>(spec: Omit<ValueSpec<string, D>, "takes" | "parse">): Option<string | D> {
	return value({ ...spec, takes: "text", parse: (given) => given });
}

interface NumberSpec<D> extends Common<D> {
	readonly range: readonly [min: number, max: number];
	/** With a fraction or without one. */
	readonly fraction?: boolean;
	/** What the command counts in, as a multiple of what people give. */
	readonly unit?: number;
}

/** A whole number, or one with a fraction, within bounds. */
export function number<D = undefined>(spec: NumberSpec<D>): Option<number | D> {
	const [min, max] = spec.range;
	const form = spec.fraction ? /^\d{1,12}(\.\d{1,6})?$/ : /^\d{1,9}$/;
	return value<number, D>({
		...spec,
		value: "N",
		takes: `a ${spec.fraction ? "" : "whole "}number from ${min} to ${max}`,
		parse(given) {
			const number = form.test(given) ? Number(given) : Number.NaN;
			return number >= min && number <= max ? number * (spec.unit ?? 1) : undefined;
		},
	});
}

/** One of some words. */
export function choice<const T extends string, const D extends T | undefined = undefined>(
	spec: Common<D> & { readonly of: readonly T[]; readonly value: string },
): Option<T | D> {
	return value<T, D>({
		...spec,
		takes: `${spec.of.slice(0, -1).join(", ")} or ${spec.of.at(-1)}`,
		parse: (given) => spec.of.find((word) => word === given),
	});
}

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 24 * 3600 };

/** A time such as `90s`, `30m`, `2h` or `7d`; the command gets seconds. `max` in seconds, a whole number of days. */
export function duration<D = undefined>(spec: Common<D> & { readonly max: number }): Option<number | D> {
	return value<number, D>({
		...spec,
		value: "TIME",
		takes: `a time such as 30m, 2h or 7d, ${spec.max / 86_400}d at most`,
		parse(given) {
			const [, count = "", unit = ""] = /^(\d{1,6})([smhd])$/.exec(given) ?? [];
			const seconds = Number(count) * (SECONDS[unit] ?? 0);
			return seconds > 0 && seconds <= spec.max ? seconds : undefined;
		},
	});
}

/** Something that is so or not; undefined when neither was said and there is no default. */
export function flag<D = undefined>(spec: Common<D>): Option<boolean | D> {
	const variable = variableOf(spec);
	return {
		...shown(spec),
		takes: "flag",
		read(texts, { env }) {
			const said = variable && env[variable];
			if (texts) return true;
			return said ? ["1", "true", "yes"].includes(said) : (spec.default as D);
		},
	};
}

interface ListSpec extends Omit<Common<never>, "default"> {
	readonly value: string;
	readonly required?: boolean;
	/** Several may stand in one, with commas between them. */
	readonly commas?: boolean;
	/** Longest list. */
	readonly max?: number;
	readonly takes?: string;
	readonly accepts?: (text: string) => boolean;
}

/** An option that may be given again; its variable holds words. */
export function list(spec: ListSpec): Option<readonly string[]> {
	const { takes = "text", max = Number.POSITIVE_INFINITY, accepts = () => true } = spec;
	const variable = variableOf(spec);
	return {
		...shown(spec),
		value: spec.value,
		takes,
		required: spec.required,
		repeatable: true,
		read(texts, { command, env }) {
			const words = ((variable && env[variable]) ?? "").split(/\s+/).filter((word) => word !== "");
			const parts = texts ?? words;
			const given = spec.commas ? parts.flatMap((part) => part.split(",").filter(Boolean)) : parts;
			if (spec.required && given.length === 0) throw badOption(command, `--${spec.name} is missing.`);
			if (given.length > max) throw badOption(command, `--${spec.name} can be given ${max} times.`);
			const wrong = given.find((one) => !accepts(one));
			if (wrong === undefined) return given;
			throw badOption(command, refusal({ name: spec.name, takes }, texts ? undefined : variable, wrong));
		},
	};
}

/** Another way to give the command's only operand. */
export function operandOption(spec: { name: string; value: string; help: string }): Option<undefined> {
	return { ...spec, takes: "text", isOperand: true, read: () => undefined };
}

function variableOf({ name, noVariable }: { name: string; noVariable?: boolean }): string | undefined {
	return noVariable ? undefined : `PORTHOLE_${name.toUpperCase().replaceAll("-", "_")}`;
}

/** What the help shows of every kind of option. */
function shown(spec: Common<unknown>) {
	const plain = spec.default === undefined || spec.default === false ? undefined : String(spec.default);
	return {
		name: spec.name,
		help: spec.help,
		default: spec.defaultText ?? plain,
		variable: variableOf(spec),
	};
}

function refusal(
	{ name, takes }: { readonly name: string; readonly takes: string },
	variable: string | undefined,
	text: string | undefined,
): string {
	const where = variable === undefined ? `--${name}` : `${variable} (--${name})`;
	return `${where} takes ${takes}${text === undefined ? "" : `, not ${text.slice(0, 100)}`}.`;
}

/** Where the texts of options begin, and where lines end, in characters. */
const COLUMN = 20;
const WIDTH = 118;

/** The help of a command: its use, what it does, and every option with its type and default. */
export function helpOf(spec: CommandSpec): string {
	const options = Object.values(spec.options);
	const mirrored = options.filter(({ variable }) => variable !== undefined);
	const [example] = mirrored.filter(({ variableOnly }) => !variableOnly);
	const footer =
		mirrored.length > 2
			? ["", `Each option can be given in the environment too: --${example?.name} as ${example?.variable}.`]
			: [];
	return [
		...(spec.usage ?? [usageOf(spec)]),
		"",
		spec.about,
		...(options.length > 0 ? ["", ...options.flatMap(helpLines)] : []),
		...footer,
	].join("\n");
}

function usageOf({ name, operands = [], options }: CommandSpec): string {
	const all = Object.values(options).filter(({ variableOnly }) => !variableOnly);
	const needed = all.filter(({ required }) => required).map(withValue);
	const free = all.filter(({ required }) => !required).map((option) => `[${withValue(option)}]`);
	return ["porthole", name, ...operands, ...needed, ...(free.length > 2 ? ["[options]"] : free)].join(" ");
}

function withValue({ name, value: shownValue }: Option<unknown>): string {
	return shownValue === undefined ? `--${name}` : `--${name} ${shownValue}`;
}

function helpLines(option: Option<unknown>): string[] {
	const facts = [
		option.takes,
		...(option.required ? ["required"] : []),
		...(option.repeatable ? ["repeatable"] : []),
		...(option.default === undefined ? [] : [`default ${option.default}`]),
	];
	const left = `  ${option.variableOnly ? option.variable : withValue(option)}`;
	return helpRow(left, `${option.help} [${facts.join("; ")}]`);
}

function helpRow(left: string, right: string): string[] {
	if (right === "") return [left];
	const lines = wrapped(right);
	const rows = lines.map((line) => " ".repeat(COLUMN) + line);
	if (left.length > COLUMN - 2) return [left, ...rows];
	return [left.padEnd(COLUMN) + lines[0], ...rows.slice(1)];
}

function wrapped(words: string): string[] {
	const lines: string[] = [];
	for (const paragraph of words.split("\n")) {
		let line = "";
		for (const word of paragraph.split(" ")) {
			if (line !== "" && line.length + 1 + word.length > WIDTH - COLUMN) {
				lines.push(line);
				line = "";
			}
			line += line === "" ? word : ` ${word}`;
		}
		lines.push(line);
	}
	return lines;
}
