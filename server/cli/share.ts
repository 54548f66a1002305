import * as v from "valibot";
import {
	type GrantRequest,
	grantMadeSchema,
	labelSchema,
	MAX_GRANT_SECONDS,
	pinSchema,
} from "../../signaling/protocol/grant.ts";
import { localTime } from "./local-time.ts";
import { choice, defineCommand, duration, number, type Values, value } from "./options.ts";
import { printJson, RunningServer, runningServerOptions } from "./running-server.ts";

const spec = {
	name: "share",
	about:
		"Makes a link that opens one device of the server that runs on this machine. The link is the last line.",
	operands: ["DEVICE"],
	options: {
		role: choice({
			name: "role",
			value: "ROLE",
			of: ["view", "control", "own"],
			default: "view",
			noVariable: true,
			help: "what the link allows",
		}),
		expiresIn: duration({
			name: "expires",
			max: MAX_GRANT_SECONDS,
			defaultText: "1d",
			noVariable: true,
			help: "how long it is good for",
		}),
		/** True: a PIN is made. */
		pin: value<string | true, undefined>({
			name: "pin",
			value: "[DIGITS]",
			alone: /^\d+$/,
			takes: "4 to 12 digits",
			parse: (given) => (given === "" ? true : accepted(pinSchema, given)),
			defaultText: "no PIN",
			noVariable: true,
			help: "ask for a PIN; one is made when no digits are given",
		}),
		uses: number({
			name: "uses",
			range: [1, 9999],
			defaultText: "any number",
			noVariable: true,
			help: "how many browsers may open it",
		}),
		label: value({
			name: "label",
			takes: "at most 60 characters",
			parse: (given) => accepted(labelSchema, given),
			noVariable: true,
			help: "what it is called in the list of links",
		}),
		...runningServerOptions,
	},
};

/** `porthole share`: makes a grant on a device and prints its link. */
export const shareCommand = defineCommand(spec, async ({ options, operands: [deviceId = ""] }) => {
	const request = requestOf(options);
	const server = await RunningServer.find(options.stateFolder);
	const path = `/api/devices/${encodeURIComponent(deviceId)}/grants`;
	const answer = await server.ask(grantMadeSchema, path, { method: "POST", body: request });
	// The server names itself as it was asked, which is this machine's own name for it.
	const made = { ...answer, url: answer.url.replace(server.url, server.sharedUrl) };
	if (options.json) return printJson(made);
	const until = localTime(made.expires);
	console.log(`Whoever opens this link may ${may[request.role]} ${deviceId} until ${until}.`);
	if (request.uses !== undefined) console.log(`Browsers that may open it: ${request.uses}.`);
	if (made.pin !== undefined) console.log(`PIN: ${made.pin}`);
	console.log(made.url);
	return 0;
});

const may: Record<GrantRequest["role"], string> = { view: "see", control: "control", own: "own" };

function requestOf({ role, expiresIn, pin, uses, label }: Values<typeof spec.options>): GrantRequest {
	return {
		role,
		...(expiresIn === undefined ? {} : { expiresIn }),
		...(pin === undefined ? {} : { pin }),
		...(uses === undefined ? {} : { uses }),
		...(label === undefined ? {} : { label }),
	};
}

function accepted<T extends v.GenericSchema>(schema: T, given: unknown): v.InferOutput<T> | undefined {
	const result = v.safeParse(schema, given);
	return result.success ? result.output : undefined;
}
