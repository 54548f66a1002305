import * as v from "valibot";
import { deviceSchema } from "../../signaling/protocol/device.ts";
import { defineCommand } from "./options.ts";
import { printJson, RunningServer, runningServerOptions } from "./running-server.ts";

const answerSchema = v.object({ devices: v.array(deviceSchema) });

const spec = {
	name: "devices",
	about: "Lists the devices of the server that runs on this machine.",
	options: runningServerOptions,
};

/** `porthole devices`: the devices of the running server, as a table or as JSON. */
export const devicesCommand = defineCommand(spec, async ({ options }) => {
	const server = await RunningServer.find(options.stateFolder);
	const { devices } = await server.ask(answerSchema, "/api/devices");
	if (options.json) return printJson({ devices });
	for (const { id, kind, state, pixels, name } of devices) {
		const size = `${pixels.width}×${pixels.height}`;
		console.log(`${id.padEnd(16)} ${kind.padEnd(10)} ${state.padEnd(9)} ${size.padEnd(10)} ${name}`);
		console.log(`  ${server.url}/devices/${id}`);
	}
	if (devices.length === 0)
		console.log("There are no devices. porthole serve --help tells which kinds there are.");
	return 0;
});
