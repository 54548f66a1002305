import { describe, expect, it, vi } from "vitest";
import {
	type CommandSpec,
	choice,
	defineCommand,
	duration,
	flag,
	helpOf,
	list,
	number,
	type OptionTable,
	operandOption,
	parseCommand,
	text,
	value,
} from "../../../server/cli/options.ts";

const spec = {
	name: "paint",
	about: "Paints.",
	options: {
		json: flag({ name: "json", default: false, help: "as JSON" }),
		wet: flag({ name: "wet", help: "wet" }),
		state: text({ name: "state", value: "FOLDER", help: "folder" }),
		six: number({ name: "six", range: [0, 6], help: "up to six" }),
		part: number({ name: "part", range: [0, 1], fraction: true, default: 0.5, help: "a part" }),
		size: number({ name: "size", range: [1, 9], unit: 1000, help: "thousands" }),
		colour: choice({ name: "colour", value: "C", of: ["red", "blue"], default: "red", help: "colour" }),
		time: duration({ name: "time", max: 365 * 86_400, help: "time" }),
		lists: list({ name: "list", value: "WORD", max: 3, help: "words" }),
		even: list({ name: "even", value: "N", takes: "even numbers", accepts: isEven, help: "even" }),
		secret: value({
			name: "secret",
			takes: "a secret",
			secret: true,
			parse: (given) => (given === "wrong" ? undefined : given),
			help: "secret",
		}),
		hidden: text({ name: "hidden", variableOnly: true, help: "hidden" }),
		pin: value({
			name: "pin",
			alone: /^\d+$/,
			takes: "digits",
			parse: (given) => (/^\d*$/.test(given) ? given || "made" : undefined),
			help: "a PIN",
		}),
		private: text({ name: "private", noVariable: true, help: "no variable" }),
	},
};

function isEven(given: string): boolean {
	return Number(given) % 2 === 0;
}

const read = (args: readonly string[], env = {}) => parseCommand(spec, args, env).options;
const bad = (words: string) =>
	expect.objectContaining({ code: "bad-option", message: expect.stringContaining(words) });

describe("options", () => {
	it("are read as arguments, with a value beside them or joined", () => {
		expect(read(["--json", "--state=/s", "--six", "6"])).toMatchObject({ json: true, state: "/s", six: 6 });
		expect(read(["--state", "/a", "--state", "/b"]).state).toBe("/b");
		expect(read(["--state=--odd"]).state).toBe("--odd");
	});

	it("that are arguments win over variables, and empty ones count for nothing", () => {
		const env = { PORTHOLE_STATE: "from env", PORTHOLE_LIST: " a  b\n" };
		expect(read(["--state", "given"], env).state).toBe("given");
		expect(read(["--state="], env).state).toBe("from env");
		expect(read([], { PORTHOLE_STATE: "" }).state).toBeUndefined();
		expect(read(["--list", "x"], env).lists).toEqual(["x"]);
		expect(read([], env).lists).toEqual(["a", "b"]);
		expect(read([], { PORTHOLE_LIST: "" }).lists).toEqual([]);
	});

	it("tell yes from no, and both from nothing said", () => {
		expect(read([], { PORTHOLE_WET: "true" }).wet).toBe(true);
		expect(read([], { PORTHOLE_WET: "0" }).wet).toBe(false);
		expect(read(["--wet"], { PORTHOLE_WET: "0" }).wet).toBe(true);
		expect(read([], { PORTHOLE_WET: "" }).wet).toBeUndefined();
		expect(read([], {}).json).toBe(false);
	});

	it("are whole numbers within their bounds", () => {
		expect(read([], { PORTHOLE_SIX: "6" }).six).toBe(6);
		expect(read(["--six="], {}).six).toBeUndefined();
		expect(read(["--size", "3"]).size).toBe(3000);
		for (const wrong of ["7", "-1", "1.5", "6 ", "0x1", "1e0", "9".repeat(12)]) {
			expect(() => read([`--six=${wrong}`]), wrong).toThrow(/--six takes .* from 0 to 6/);
		}
	});

	it("are numbers with a fraction where that makes sense", () => {
		expect([read([]).part, read(["--part", "0.25"]).part]).toEqual([0.5, 0.25]);
		for (const wrong of ["1.1", "-0.5", ".5", "half"])
			expect(() => read([`--part=${wrong}`]), wrong).toThrow();
	});

	it.each([
		["90s", 90],
		["30m", 1_800],
		["2h", 7_200],
		["7d", 604_800],
	])("are times such as %s", (given, seconds) => {
		expect(read(["--time", given]).time).toBe(seconds);
	});

	it.each(["5", "h", "0h", "-1h", "1.5h", "1w", "2 h", "2h30m", "1e3s", "9999999s", "366d"])(
		"are no times such as %j",
		(given) => {
			expect(() => read([`--time=${given}`])).toThrow(bad("--time takes a time such as 30m, 2h or 7d"));
		},
	);

	it("may stand alone where they can", () => {
		expect([read([]).pin, read(["--pin"]).pin, read(["--pin="]).pin]).toEqual([undefined, "made", "made"]);
		expect(read(["--pin", "4711"]).pin).toBe("4711");
		expect(read(["--pin", "--json"])).toMatchObject({ pin: "made", json: true });
		expect(read(["--pin"], { PORTHOLE_PIN: "1" }).pin).toBe("made");
	});

	it("are read from the environment alone where arguments would tell a secret", () => {
		expect(read([], { PORTHOLE_HIDDEN: "h" }).hidden).toBe("h");
		expect(() => read(["--hidden", "h"])).toThrow(bad("paint has no option --hidden"));
	});

	it("have no variable where that would mean something else", () => {
		expect(read([], { PORTHOLE_PRIVATE: "p" }).private).toBeUndefined();
	});

	it("that are missing are named", () => {
		const needed = {
			name: "n",
			about: "",
			options: { key: text({ name: "key", required: true, help: "" }) },
		};
		expect(() => parseCommand(needed, [], {})).toThrow("--key is missing. See porthole n --help.");
		const listed = {
			name: "n",
			about: "",
			options: { at: list({ name: "at", value: "A", required: true, help: "" }) },
		};
		expect(() => parseCommand(listed, [], {})).toThrow("--at is missing. See porthole n --help.");
	});
});

describe("an error about options tells the command, the option, the value and what is allowed", () => {
	it.each([
		[["--foo"], {}, "porthole paint has no option --foo. It takes --json, --wet, --state"],
		[["-x"], {}, "porthole paint has no option -x."],
		[["--state"], {}, "--state takes text, not nothing."],
		[["--state", "--json"], {}, "--state takes text, not nothing."],
		[["--json=yes"], {}, "--json takes no value, and so not yes."],
		[["extra"], {}, "extra is too much."],
		[["--six", "x"], {}, "--six takes a whole number from 0 to 6, not x."],
		[[], { PORTHOLE_SIX: "x" }, "PORTHOLE_SIX (--six) takes a whole number from 0 to 6, not x."],
		[["--colour", "pink"], {}, "--colour takes red or blue, not pink."],
		[["--list=a", "--list=b", "--list=c", "--list=d"], {}, "--list can be given 3 times."],
		[["--even", "3"], {}, "--even takes even numbers, not 3."],
		[[], { PORTHOLE_EVEN: "2 5" }, "PORTHOLE_EVEN (--even) takes even numbers, not 5."],
		[["--secret", "wrong"], {}, "--secret takes a secret."],
	])("%j %j", (args, env, words) => {
		expect(() => read(args, env)).toThrow(bad(words));
		expect(() => read(args, env)).toThrow(bad("See porthole paint --help."));
	});
});

describe("operands", () => {
	const share = { ...spec, name: "share", operands: ["DEVICE", "NAME", "[MORE]"] };
	const operands = (...args: string[]) => parseCommand(share, args, {}).operands;

	it("may stand before, between and after options", () => {
		for (const args of [
			["a", "b", "--json"],
			["--json", "a", "b"],
			["a", "--json", "b"],
			["--json", "--", "a", "b"],
		]) {
			const { options, operands } = parseCommand(share, args, {});
			expect([options.json, operands]).toEqual([true, ["a", "b"]]);
		}
		expect(operands("a", "b", "-")).toEqual(["a", "b", "-"]);
		expect(operands("a", "b", "--", "--json")).toEqual(["a", "b", "--json"]);
	});

	it.each([
		["none", [], "Say the DEVICE and NAME."],
		["too few", ["a"], "Say the NAME."],
		["too many", ["a", "b", "c", "d"], "d is too much."],
	])("of which there are %s are refused with the way to help", (_, args, words) => {
		expect(() => operands(...args)).toThrow(`${words} See porthole share --help.`);
	});

	it("may be given as an option", () => {
		const udid = operandOption({ name: "udid", value: "DEVICE", help: "" });
		const input = { name: "input", about: "", operands: ["DEVICE"], options: { udid } };
		expect(parseCommand(input, ["--udid", "a"], {}).operands).toEqual(["a"]);
		expect(parseCommand(input, ["--udid=", "a"], {}).operands).toEqual(["a"]);
		expect(() => parseCommand(input, ["--udid=a", "b"], {})).toThrow("b is too much.");
		expect(() => parseCommand(input, ["--udid="], {})).toThrow("Say the DEVICE.");
	});
});

describe("the help", () => {
	const help = (options: OptionTable, more: Partial<CommandSpec> = {}) =>
		helpOf({ name: "paint", about: "Paints.", options, ...more });

	it("shows the use, and each option with its type and default", () => {
		const { json, six, lists, hidden } = spec.options;
		const key = text({ name: "key", value: "KEY", required: true, help: "what opens" });
		expect(
			help({ json, six, lists, hidden, key }, { operands: ["WALL"] }),
		).toBe(`porthole paint WALL --key KEY [options]

Paints.

  --json            as JSON [flag]
  --six N           up to six [a whole number from 0 to 6]
  --list WORD       words [text; repeatable]
  PORTHOLE_HIDDEN   hidden [text]
  --key KEY         what opens [text; required]

Each option can be given in the environment too: --json as PORTHOLE_JSON.`);
	});

	it("breaks long lines and long names", () => {
		const long = text({
			name: "a-rather-long-name",
			value: "VALUE",
			help: "word ".repeat(40).trim(),
			default: "none",
		});
		const lines = help({ long }).split("\n");
		expect(lines[4]).toBe("  --a-rather-long-name VALUE");
		expect(lines[5]).toMatch(/^ {20}word/);
		expect(lines.slice(4).join(" ")).toMatch(/\[text; default none\]$/);
		for (const line of lines) expect(line.length).toBeLessThanOrEqual(118);
	});

	it("is printed in place of running the command", async () => {
		const log = vi.spyOn(console, "log").mockImplementation(() => {});
		const command = defineCommand(spec, async () => 3);
		expect(await command(["--json", "-h", "--nonsense"])).toBe(0);
		expect(log).toHaveBeenCalledExactlyOnceWith(helpOf(spec));
		log.mockRestore();
		expect(await command([])).toBe(3);
	});
});
