import { execFileSync } from "node:child_process";
import { makeNetworkNamespaces, type NamespaceEnd } from "../../support/network-namespaces.ts";

/** Two network namespaces with a link between them whose rate from host to viewer is limited. */
export interface LimitedLink {
	readonly host: NamespaceEnd;
	readonly viewer: NamespaceEnd;
	/** Changes the limit, Mbit/s. */
	limit(rate: number): void;
	close(): Promise<void>;
}

/**
 * Lays a link of `rate` Mbit/s with a queue of `queue` ms in front of it (Linux, root): `tc tbf` on the host's end. The
 * way back is not limited.
 */
export async function layLink(rate: number, queue: number): Promise<LimitedLink> {
	const { near: host, far: viewer, close } = await makeNetworkNamespaces();
	const shape = (verb: string, megabits: number) => {
		const waiting = Math.round((megabits * 1e6 * queue) / 8000);
		const limits = ["rate", `${megabits}mbit`, "burst", "4kb", "limit", `${waiting}`];
		const words = ["tc", "qdisc", verb, "dev", host.device, "root", "handle", "1:", "tbf", ...limits];
		const [program = "", ...args] = [...host.within, ...words];
		execFileSync(program, args, { stdio: "pipe" });
	};
	try {
		shape("add", rate);
	} catch (error) {
		await close();
		throw error;
	}
	return { host, viewer, limit: (megabits) => shape("change", megabits), close };
}
