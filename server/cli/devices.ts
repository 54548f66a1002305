import * as v from "valibot";
import { deviceSchema } from "../../signaling/protocol/device.ts";
import { parseArguments } from "./arguments.ts";
import { RunningServer } from "./running-server.ts";

const answerSchema = v.object({ devices: v.array(deviceSchema) });

const help = `porthole devices [--json] [--state FOLDER]

Lists the devices of the server that runs on this machine.`;

/** `porthole devices`: the devices of the running server, as a table or as JSON. */
export async function devicesCommand(args: readonly string[]): Promise<number> {
	const values = parseArguments("devices", args, {
		json: { type: "boolean" },
		state: { type: "string" },
		help: { type: "boolean", short: "h" },
	});
	if (values.help) {
		console.log(help);
		return 0;
	}
	const server = await RunningServer.find(values.state);
	const { devices } = await server.ask(answerSchema, "/api/devices");
	if (values.json) {
		console.log(JSON.stringify({ devices }, undefined, "\t"));
		return 0;
	}
	for (const { id, kind, state, pixels, name } of devices) {
		const size = `${pixels.width}×${pixels.height}`;
		console.log(`${id.padEnd(16)} ${kind.padEnd(10)} ${state.padEnd(9)} ${size.padEnd(10)} ${name}`);
		console.log(`  ${server.url}/devices/${id}`);
	}
	return 0;
}
