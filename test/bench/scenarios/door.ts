import { once } from "node:events";
import { Agent, request } from "node:http";
import { setTimeout as after } from "node:timers/promises";
import { WebSocket } from "ws";
import { DoorStage, owner } from "../../support/door-stage.ts";
import type { Scenario } from "../bench.ts";
import { type Figure, ofSeries } from "../figure.ts";
import { targets } from "../targets.ts";

const TAPS = 200;
/** Between two taps, ms. */
const PAUSE = 20;
const PATH = "/simulators/phone";
const tap = JSON.stringify({ type: "tap", x: 5, y: 5, width: 10, height: 10, duration: 0.001 });

/** From a Baguette client's message to the device's input. */
export const doorScenario: Scenario = {
	name: "door",
	method: `Baguette's door over loopback, client and server in one process: from the client's writing of a tap until the device's
input is called with the finger down. ${TAPS} taps each, one at a time; first tap: a client that was not there before.`,
	async run({ say }) {
		const stage = await new DoorStage().open("fake:phone");
		try {
			const figures: Figure[] = [];
			const add = (subject: string, samples: readonly number[]) =>
				figures.push(ofSeries({ subject, measure: "sent → input", unit: "ms" }, samples, targets.doorTap));
			say("taps by request");
			const agent = new Agent({ keepAlive: true });
			const post = () => {
				const { port } = stage.listener;
				const options = {
					port,
					host: "127.0.0.1",
					path: `${PATH}/input`,
					method: "POST",
					agent,
					headers: owner,
				};
				request(options, (response) => response.resume()).end(tap);
			};
			add("POST input, first tap", [await measured(stage, post)]);
			add("POST input", await series(stage, post));
			agent.destroy();

			say("taps on a stream");
			const url = `ws://127.0.0.1:${stage.listener.port}${PATH}/stream?format=avcc`;
			const socket = new WebSocket(url, { headers: owner });
			await once(socket, "open");
			add("WebSocket", await series(stage, () => socket.send(tap)));
			socket.terminate();
			return figures;
		} finally {
			await stage.close();
		}
	},
};

async function series(stage: DoorStage, send: () => void): Promise<number[]> {
	const samples: number[] = [];
	for (let count = 0; count < TAPS; count++) {
		samples.push(await measured(stage, send));
		await after(PAUSE);
	}
	return samples;
}

/** How long it takes until a finger is down, ms. */
async function measured(stage: DoorStage, send: () => void): Promise<number> {
	const sink = stage.fakes.devices[0]?.input;
	if (!sink) throw new Error("there is no phone");
	const { promise, resolve } = Promise.withResolvers<number>();
	const touch = sink.touch.bind(sink);
	sink.touch = (contacts) => {
		if (contacts.length > 0) resolve(performance.now());
		touch(contacts);
	};
	const sentAt = performance.now();
	send();
	const took = (await promise) - sentAt;
	sink.touch = touch;
	return took;
}
