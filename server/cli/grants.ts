import { type GrantInfo, grantListSchema } from "../../signaling/protocol/grant.ts";
import { parseArguments } from "./arguments.ts";
import { RunningServer } from "./running-server.ts";

const help = `porthole grants [--json] [--state FOLDER]

Lists the links that are good now on the server that runs on this machine, and who came by them.`;

/** `porthole grants`: the live grants of the running server. */
export async function grantsCommand(args: readonly string[]): Promise<number> {
	const values = parseArguments("grants", args, {
		json: { type: "boolean" },
		state: { type: "string" },
		help: { type: "boolean", short: "h" },
	});
	if (values.help) {
		console.log(help);
		return 0;
	}
	const server = await RunningServer.find(values.state);
	const answer = await server.ask(grantListSchema, "/api/grants");
	if (values.json) console.log(JSON.stringify(answer, undefined, "\t"));
	else for (const grant of answer.grants) print(grant);
	return 0;
}

function print({ id, deviceId, role, label, expires, pin, uses, used, state, visits }: GrantInfo): void {
	const facts = [
		`until ${new Date(expires).toLocaleString()}`,
		`used ${used}${uses === undefined ? "" : ` of ${uses}`}`,
		...(pin ? ["PIN"] : []),
		...(state === "open" ? [] : [state]),
	];
	console.log(`${id}  ${deviceId.padEnd(16)} ${role.padEnd(8)} ${facts.join(", ")}  ${label}`.trimEnd());
	for (const { at, name = "somebody", address = "an unknown address" } of visits) {
		console.log(`  ${new Date(at).toLocaleString()}  ${name} from ${address}`);
	}
}
