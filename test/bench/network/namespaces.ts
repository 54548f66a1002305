import { execFileSync } from "node:child_process";

const HOST_ADDRESS = "10.88.0.1";
const VIEWER_ADDRESS = "10.88.0.2";

/** Two network namespaces with a link between them whose rate from host to viewer is limited. */
export interface LimitedLink {
	/** Put before a command, runs it at the host's or the viewer's end. */
	readonly atHost: readonly string[];
	readonly atViewer: readonly string[];
	/** The host's address as the viewer knows it. */
	readonly hostAddress: string;
	/** Changes the limit, Mbit/s. */
	limit(rate: number): void;
	close(): Promise<void>;
}

/**
 * Lays a link of `rate` Mbit/s with a queue of `queue` ms in front of it (Linux, root): `tc tbf` on the host's end. The
 * way back is not limited.
 */
export function layLink(rate: number, queue: number): LimitedLink {
	const host = `porthole-host-${process.pid}`;
	const viewer = `porthole-view-${process.pid}`;
	const veth = `pth${process.pid % 100_000}`;
	const run = (...command: string[]) =>
		execFileSync(command[0] as string, command.slice(1), { stdio: "pipe" });
	const at = (name: string) => ["ip", "netns", "exec", name];
	const shape = (verb: string, megabits: number) => {
		const waiting = Math.round((megabits * 1e6 * queue) / 8000);
		const limits = ["rate", `${megabits}mbit`, "burst", "4kb", "limit", `${waiting}`];
		run(...at(host), "tc", "qdisc", verb, "dev", `${veth}h`, "root", "handle", "1:", "tbf", ...limits);
	};
	const remove = () => {
		for (const name of [host, viewer]) {
			try {
				run("ip", "netns", "delete", name);
			} catch {
				// It was never made.
			}
		}
	};
	try {
		run("ip", "netns", "add", host);
		run("ip", "netns", "add", viewer);
		run(
			"ip",
			"link",
			"add",
			`${veth}h`,
			"netns",
			host,
			"type",
			"veth",
			"peer",
			"name",
			`${veth}v`,
			"netns",
			viewer,
		);
		for (const [name, device, address] of [
			[host, `${veth}h`, HOST_ADDRESS],
			[viewer, `${veth}v`, VIEWER_ADDRESS],
		] as const) {
			run(...at(name), "ip", "address", "add", `${address}/24`, "dev", device);
			run(...at(name), "ip", "link", "set", device, "up");
			run(...at(name), "ip", "link", "set", "lo", "up");
		}
		shape("add", rate);
	} catch (error) {
		remove();
		throw error;
	}
	return {
		atHost: at(host),
		atViewer: at(viewer),
		hostAddress: HOST_ADDRESS,
		limit: (megabits) => shape("change", megabits),
		async close() {
			remove();
		},
	};
}
