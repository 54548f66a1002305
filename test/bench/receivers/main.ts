import { createInterface } from "node:readline";
import { messageOf } from "../../../signaling/protocol/errors.ts";
import type { ReceiversAnswer, ReceiversOrder } from "./messages.ts";
import { Receiver } from "./receiver.ts";

/** Receivers whose packets are looked at. */
const LOOKING = 2;
/** Times that one receiver may fail to connect. */
const ATTEMPTS = 3;

const [origin = "", token = "", deviceId = ""] = process.argv.slice(2);
const receivers: Receiver[] = [];
const looking = () => receivers.slice(0, LOOKING);
const say = (answer: ReceiversAnswer) => process.stdout.write(`${JSON.stringify(answer)}\n`);

for await (const line of createInterface({ input: process.stdin })) {
	const order = JSON.parse(line) as ReceiversOrder;
	switch (order.order) {
		case "grow": {
			const failed = await growTo(order.to);
			say({ answer: "grown", connected: receivers.length, failed });
			break;
		}
		case "measure":
			for (const receiver of receivers) receiver.reset();
			break;
		case "report":
			say({
				answer: "report",
				delays: looking().flatMap(({ delays }) => delays),
				packets: looking().map(({ packets }) => packets),
				states: receivers.map(({ state }) => state),
			});
	}
}
for (const receiver of receivers) receiver.close();
process.exit();

/** One after the other: a crowd at once is another question. Returns why attempts failed. */
async function growTo(count: number): Promise<string[]> {
	const failed: string[] = [];
	while (receivers.length < count && failed.length < ATTEMPTS) {
		try {
			const looks = receivers.length < LOOKING;
			receivers.push(await Receiver.connect({ origin, token, deviceId, looks }));
		} catch (error) {
			failed.push(messageOf(error));
		}
	}
	return failed;
}
