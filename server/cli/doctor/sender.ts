import { messageOf } from "../../../signaling/protocol/errors.ts";
import { loadAddon } from "../../native/load.ts";
import type { Probe } from "./probe.ts";

const name = "sender";

/** What sends pictures to the viewers, tried on loopback. */
export const senderProbe: Probe = () => {
	try {
		const { RtpPool } = loadAddon();
		const pool = new RtpPool({ onEvents() {} });
		const { joinsPackets } = pool.openSocket("127.0.0.1", 0);
		pool.close();
		const way = joinsPackets ? "a picture's packets in one call" : "packet by packet";
		return [{ name, state: "good", detail: `native, ${way}` }];
	} catch (error) {
		const remedy = "Optional: npm run build:native. Without it JavaScript sends, to fewer viewers.";
		return [
			{ name, state: "warning", detail: `script, as native cannot be used: ${messageOf(error)}`, remedy },
		];
	}
};
