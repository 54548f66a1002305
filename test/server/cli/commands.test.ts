import { describe, expect, it } from "vitest";
import { commands } from "../../../server/cli/commands.ts";
import { type CommandSpec, helpOf, type Option, parseCommand } from "../../../server/cli/options.ts";

const specs: [string, CommandSpec][] = await Promise.all(
	Object.entries(commands).map(
		async ([name, { load }]) => [name, (await load()).spec] as [string, CommandSpec],
	),
);
const options = specs.flatMap(([command, spec]) =>
	Object.entries(spec.options).map(
		([key, option]) => [command, option.name, { spec, key, option }] as [string, string, Tested],
	),
);

interface Tested {
	readonly spec: CommandSpec;
	readonly key: string;
	readonly option: Option<unknown>;
}

/** Values that options take where not every text will do. */
const good: Readonly<Record<string, string>> = {
	port: "9000",
	"media-port": "5000",
	turn: "turn:turn.example.org",
	bitrate: "200000",
	fps: "30",
	workers: "3",
	"viewers-here": "20",
	engine: "mediasoup",
	edges: "8500",
	redis: "redis://h:1/2",
	"redis-prefix": "p",
	signaling: "https://porthole.example",
	origin: "ws://10.0.0.1:8500",
	role: "own",
	expires: "2h",
	pin: "4711",
	uses: "3",
	format: "avcc",
	quality: "0.5",
	scale: "2",
	"trust-proxy": "10.0.0.0/8,::1",
	"embed-from": "https://*.example.org:8443",
};
/** And values that they do not. */
const wrong: Readonly<Record<string, string>> = {
	...Object.fromEntries(Object.keys(good).map((name) => [name, "no such thing?"])),
	name: "x".repeat(81),
	label: "x".repeat(81),
};
/** What else a command must be given. */
const needed = ({ options: table, operands = [] }: CommandSpec, but: string) => [
	...Object.values(table)
		.filter(({ name, required }) => required && name !== but)
		.map(({ name }) => `--${name}=${good[name] ?? "some"}`),
	...(but === "udid" ? [] : operands.filter((name) => !name.startsWith("[")).map(() => "operand")),
];

describe.each(specs)("porthole %s", (name, spec) => {
	it("is called in its help as in the list of commands", () => {
		expect(spec.name).toBe(name);
		expect(helpOf(spec)).toMatch(new RegExp(`^porthole ${name}( |$)`, "m"));
	});

	it("refuses an unknown option, and tells what it takes", () => {
		const refuse = () => parseCommand(spec, [...needed(spec, ""), "--no-such-option"], {});
		expect(refuse).toThrow(expect.objectContaining({ code: "bad-option" }));
		expect(refuse).toThrow(`porthole ${name} has no option --no-such-option. It takes --`);
		for (const { name: option, variableOnly } of Object.values(spec.options))
			if (!variableOnly) expect(refuse).toThrow(`--${option}`);
	});
});

describe.each(options)("porthole %s --%s", (command, name, { spec, key, option }) => {
	const read = (args: readonly string[], env = {}) =>
		parseCommand(spec, [...needed(spec, name), ...args], env).options[key];

	it("is in the help with its type and default", () => {
		const help = helpOf(spec).replace(/\s+/g, " ");
		const shown = option.variableOnly ? option.variable : `--${name}`;
		const [, facts = ""] =
			help
				.slice(help.indexOf(` ${shown} `))
				.match(/\[([^[\]]*(?:\[[^\]]*\][^[\]]*)*)\](?= |$)/g)
				?.map((match) => [match, match.slice(1, -1)])
				.find(([, text = ""]) => text.startsWith(option.takes)) ?? [];
		expect(facts).toContain(option.takes);
		if (option.default !== undefined) expect(facts).toContain(`default ${option.default}`);
		if (option.required) expect(facts).toContain("required");
		expect(option.help).not.toBe("");
	});

	it.runIf(option.variable)("can be given in the environment", () => {
		expect(option.variable).toBe(`PORTHOLE_${name.toUpperCase().replaceAll("-", "_")}`);
		const given = option.value === undefined ? "1" : (good[name] ?? "some");
		const fromVariable = read([], { [option.variable ?? ""]: given });
		expect(fromVariable).toEqual(option.repeatable ? [given] : expect.anything());
		if (option.variableOnly) return;
		expect(fromVariable).toEqual(read([option.value === undefined ? `--${name}` : `--${name}=${given}`]));
	});

	it.runIf(wrong[name] && option.takes !== "text" && option.value)(
		"refuses a bad value, and tells it with what is allowed",
		() => {
			const given = wrong[name] ?? "";
			const where = [[[`--${name}=${given}`], {}]];
			if (option.variable) where.push([[], { [option.variable]: given.replaceAll(" ", "-") }]);
			for (const [args, env] of where as [string[], Record<string, string>][]) {
				const refuse = () => read(args, env);
				expect(refuse).toThrow(expect.objectContaining({ code: "bad-option" }));
				expect(refuse).toThrow(`--${name}`);
				expect(refuse).toThrow(`takes ${option.takes}`);
				expect(refuse).toThrow(`See porthole ${command} --help.`);
				if (name !== "redis") expect(refuse).toThrow(/, not (no.such.thing|x{80})/);
			}
		},
	);
});
