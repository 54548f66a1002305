import { knownCode } from "../../signaling/protocol/error-codes.ts";
import { PortholeError } from "../../signaling/protocol/errors.ts";
import type { Entered, EnterRequest } from "../../signaling/rooms/headless-viewers.ts";
import type { Clock } from "../devices/clock.ts";
import type { GatewaySession, GatewayTickets } from "../viewers/gateway-session.ts";
import type { GatewayHost, GatewayRequest, GatewayVisit } from "./gateway-host.ts";

/** How long a host may take to give a client its session, ms; a device that has ended is opened again meanwhile. */
export const WELCOME_WITHIN = 8_000;

export type LocalHost = Pick<GatewayHost, "list" | "device">;

interface LocalGatewayHostOptions {
	/** The host in this process, once it is there. */
	readonly host: () => LocalHost | undefined;
	readonly tickets: GatewayTickets;
	/** `SignalingServer.enter`. */
	readonly enter: (request: EnterRequest) => Promise<Entered>;
	readonly clock: Clock;
}

/** The devices of this process for its gateways: signaling decides on rights, the host does all else. */
export function createLocalGatewayHost({
	host,
	tickets,
	enter,
	clock,
}: LocalGatewayHostOptions): GatewayHost {
	async function welcome({ name, ...request }: GatewayRequest): Promise<GatewayVisit> {
		const { deviceId } = request;
		const arrival = Promise.withResolvers<GatewaySession>();
		const ticket = tickets.issue(arrival.resolve);
		const cancel = clock.after(WELCOME_WITHIN, () => {
			arrival.reject(new PortholeError("answer-timeout", `${deviceId} did not answer. Try again.`));
		});
		// It may be rejected before it is waited for.
		arrival.promise.catch(() => {});
		let entered: Entered | undefined;
		try {
			entered = await enter({ ...request, name: name.slice(0, 40), ticket });
			entered.onEnd(({ code, message }) => arrival.reject(new PortholeError(knownCode(code), message)));
			return visitOf(entered, await arrival.promise);
		} catch (error) {
			entered?.leave();
			throw error;
		} finally {
			cancel();
			tickets.withdraw(ticket);
		}
	}

	return {
		list: () => host()?.list() ?? [],
		device: (deviceId) => host()?.device(deviceId),
		enter(request) {
			if (
				host()
					?.list()
					.some(({ id }) => id === request.deviceId)
			)
				return welcome(request);
			const words = `There is no device ${request.deviceId} on this computer.`;
			return Promise.reject(new PortholeError("no-such-device", words));
		},
	};
}

function visitOf(entered: Entered, session: GatewaySession): GatewayVisit {
	let left = false;
	return {
		input: (input) => session.input(input),
		claim: () => session.claim(),
		release: () => session.release(),
		watch: (watcher) => session.watch(watcher),
		onEnd(listener) {
			let told = false;
			const tell = (reason: Parameters<typeof listener>[0]) => {
				if (!told && !left) listener(reason);
				told = true;
			};
			entered.onEnd(tell);
			// Signaling's own reason may be on its way.
			session.onClose(() => setImmediate(tell, { code: "left", message: "The device let this client go." }));
		},
		leave() {
			left = true;
			entered.leave();
			session.close().catch(() => {});
		},
	};
}
