import * as v from "valibot";
import { PortholeError } from "../../signaling/protocol/errors.ts";
import {
	type GrantRequest,
	grantMadeSchema,
	labelSchema,
	MAX_GRANT_SECONDS,
	pinSchema,
} from "../../signaling/protocol/grant.ts";
import { roleSchema } from "../../signaling/protocol/messages.ts";
import { parseOperands } from "./arguments.ts";
import { parseDuration } from "./duration.ts";
import { RunningServer } from "./running-server.ts";

const help = `porthole share DEVICE [options]

Makes a link that opens one device of the server that runs on this machine. The link is the last line.

  --role ROLE       view (the default), control or own
  --expires TIME    how long it is good for, such as 30m, 2h or 7d (1d)
  --pin [DIGITS]    ask for a PIN of 4 to 12 digits; one is made when none is given
  --uses N          how many browsers may open it (any number)
  --label TEXT      what it is called in the list of links
  --json            print {id, url, pin, expires} instead
  --state FOLDER    state folder of the server`;

/** `porthole share`: makes a grant on a device and prints its link. */
export async function shareCommand(args: readonly string[]): Promise<number> {
	const { values, positionals } = parse(args);
	if (values.help) {
		console.log(help);
		return 0;
	}
	const [deviceId = ""] = positionals;
	const request = requestOf(values);
	const server = await RunningServer.find(values.state);
	const path = `/api/devices/${encodeURIComponent(deviceId)}/grants`;
	const answer = await server.ask(grantMadeSchema, path, { method: "POST", body: request });
	// The server names itself as it was asked, which is this machine's own name for it.
	const made = { ...answer, url: answer.url.replace(server.url, server.sharedUrl) };
	if (values.json) {
		console.log(JSON.stringify(made, undefined, "\t"));
		return 0;
	}
	const until = new Date(made.expires).toLocaleString();
	console.log(`Whoever opens this link may ${may[request.role]} ${deviceId} until ${until}.`);
	if (request.uses !== undefined) console.log(`Browsers that may open it: ${request.uses}`);
	if (made.pin !== undefined) console.log(`PIN: ${made.pin}`);
	console.log(made.url);
	return 0;
}

const may: Record<GrantRequest["role"], string> = { view: "see", control: "control", own: "own" };

function parse(args: readonly string[]) {
	const options = {
		role: { type: "string" },
		expires: { type: "string" },
		pin: { type: "string" },
		uses: { type: "string" },
		label: { type: "string" },
		json: { type: "boolean" },
		state: { type: "string" },
		help: { type: "boolean", short: "h" },
	} as const;
	return parseOperands("share", withPinJoined(args), options, ["device"]);
}

/** `--pin` may stand alone, which `parseArgs` does not know: its digits are joined to it, or nothing is. */
function withPinJoined(args: readonly string[]): string[] {
	return args.flatMap((arg, at) => {
		if (args[at - 1] === "--pin" && /^\d+$/.test(arg)) return [];
		if (arg !== "--pin") return [arg];
		const next = args[at + 1] ?? "";
		return [`--pin=${/^\d+$/.test(next) ? next : ""}`];
	});
}

function requestOf(values: ReturnType<typeof parse>["values"]): GrantRequest {
	const { role = "view", expires, pin, uses, label } = values;
	const expiresIn = expires === undefined ? undefined : parseDuration("--expires", expires);
	if (expiresIn !== undefined && expiresIn > MAX_GRANT_SECONDS) throw bad("--expires takes 365d at most.");
	if (uses !== undefined && !/^[1-9]\d{0,3}$/.test(uses)) throw bad(`--uses takes 1 to 9999, not ${uses}.`);
	return {
		role: checked(roleSchema, role, `--role takes view, control or own, not ${role}.`),
		...(expiresIn === undefined ? {} : { expiresIn }),
		...(pin === undefined
			? {}
			: { pin: pin === "" || checked(pinSchema, pin, "--pin takes 4 to 12 digits.") }),
		...(uses === undefined ? {} : { uses: Number(uses) }),
		...(label === undefined
			? {}
			: { label: checked(labelSchema, label, "--label takes at most 60 characters.") }),
	};
}

function checked<T extends v.GenericSchema>(schema: T, value: unknown, words: string): v.InferOutput<T> {
	const result = v.safeParse(schema, value);
	if (!result.success) throw bad(words);
	return result.output;
}

function bad(words: string): PortholeError {
	return new PortholeError("bad-option", `${words} See porthole share --help.`);
}
