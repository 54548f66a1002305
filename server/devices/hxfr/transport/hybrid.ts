import type { Duplex } from "node:stream";
import { hxfrError } from "../errors.ts";

/** Longest line that the monitor may answer, bytes. */
const MAX_LINE = 64;

/**
 * Asks a virtual machine monitor to lead a connection to its Unix socket on to a port of its guest (hybrid vsock of
 * Firecracker and Cloud Hypervisor): `CONNECT port`, answered by `OK n`. Bytes behind the answer are the guest's.
 * Throws PortholeError `hxfr-unreachable` when it closes instead, as it does when nobody listens in the guest.
 */
export function leadOn(stream: Duplex, port: number): Promise<void> {
	return new Promise((resolve, reject) => {
		let line: Buffer = Buffer.alloc(0);
		const settle = (error?: Error) => {
			stream.off("readable", look);
			stream.off("end", ended);
			stream.off("close", ended);
			stream.off("error", failed);
			if (error) reject(error);
			else resolve();
		};
		const failed = (cause: Error) =>
			settle(hxfrError("hxfr-unreachable", `The monitor's socket failed: ${cause.message}.`, cause));
		const ended = () =>
			settle(
				hxfrError(
					"hxfr-unreachable",
					`Nobody in the virtual machine listens on port ${port} (the monitor hung up).`,
				),
			);
		const look = () => {
			for (;;) {
				// One by one: what follows the line is not ours to read.
				const byte: Buffer | null = stream.read(1);
				if (!byte) return;
				if (byte[0] !== 0x0a) {
					line = Buffer.concat([line, byte]);
					if (line.length <= MAX_LINE) continue;
				}
				const text = line.toString("latin1").replace(/\r$/, "");
				if (/^OK \d{1,10}$/.test(text)) return settle();
				const words = `The monitor answered ${JSON.stringify(text)} instead of OK and a number.`;
				return settle(hxfrError("hxfr-unreachable", words));
			}
		};
		stream.on("readable", look);
		stream.on("end", ended);
		stream.on("close", ended);
		stream.on("error", failed);
		stream.write(`CONNECT ${port}\n`);
	});
}
