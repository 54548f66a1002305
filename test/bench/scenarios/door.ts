import { once } from "node:events";
import { Agent, request } from "node:http";
import { setTimeout as after } from "node:timers/promises";
import { WebSocket } from "ws";
import type { InputSink } from "../../../server/devices/provider.ts";
import { GatewayStage, owner } from "../../support/gateway-stage.ts";
import type { Scenario } from "../bench.ts";
import { type Figure, ofSeries } from "../figure.ts";
import { targets } from "../targets.ts";

const TAPS = 200;
/** Clients that come for the first time, each to a device of its own. */
const NEWCOMERS = 40;
/** Between two taps, ms. */
const PAUSE = 20;
/** Longest wait for an input, ms. */
const PATIENCE = 5_000;
const newcomers = Array.from({ length: NEWCOMERS }, (_, index) => `fake:new${index}`);
const tap = JSON.stringify({ type: "tap", x: 5, y: 5, width: 10, height: 10, duration: 0.001 });

/** From a Baguette client's message to the device's input. */
export const doorScenario: Scenario = {
	name: "door",
	method: `Baguette's gateway over loopback, client and server in one process: from the client's writing of a tap until the device's
input is called with the finger down, one tap at a time. First tap: ${NEWCOMERS} clients that were not there before.`,
	async run({ say }) {
		const stage = await new GatewayStage().open("fake:posted", "fake:streamed", ...newcomers);
		try {
			const [posted, streamed, ...rest] = stage.fakes.devices.map(({ input }) => input);
			if (!posted || !streamed) throw new Error("the devices were not opened");
			const figures: Figure[] = [];
			const add = (subject: string, samples: readonly number[]) =>
				figures.push(ofSeries({ subject, measure: "sent → input", unit: "ms" }, samples, targets.doorTap));
			say("taps by request");
			const agent = new Agent({ keepAlive: true });
			const post = (id: string) => () => {
				const { port } = stage.listener;
				const path = `/simulators/${id}/input`;
				const options = { port, host: "127.0.0.1", path, method: "POST", agent, headers: owner };
				request(options, (response) => response.resume()).end(tap);
			};
			add("POST input", await series(posted, post("posted")));
			const firsts: number[] = [];
			for (const [index, input] of rest.entries()) firsts.push(await measured(input, post(`new${index}`)));
			add("POST input, first tap", firsts);
			await after(PAUSE);
			agent.destroy();

			say("taps on a stream");
			const url = `ws://127.0.0.1:${stage.listener.port}/simulators/streamed/stream?format=avcc`;
			const socket = new WebSocket(url, { headers: owner });
			await once(socket, "open");
			add("WebSocket", await series(streamed, () => socket.send(tap)));
			socket.terminate();
			return figures;
		} finally {
			await stage.close();
		}
	},
};

async function series(sink: InputSink, send: () => void): Promise<number[]> {
	const samples: number[] = [];
	for (let count = 0; count < TAPS; count++) {
		samples.push(await measured(sink, send));
		await after(PAUSE);
	}
	return samples;
}

/** How long it takes until a finger is down, ms. */
async function measured(sink: InputSink, send: () => void): Promise<number> {
	const { promise, resolve, reject } = Promise.withResolvers<number>();
	const late = setTimeout(() => reject(new Error("no input came")), PATIENCE);
	const touch = sink.touch;
	sink.touch = (contacts) => {
		if (contacts.length > 0) resolve(performance.now());
		touch.call(sink, contacts);
	};
	try {
		const sentAt = performance.now();
		send();
		return (await promise) - sentAt;
	} finally {
		clearTimeout(late);
		sink.touch = touch;
	}
}
