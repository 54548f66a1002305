import { WebSocket } from "ws";
import { systemClock } from "../../server/devices/clock.ts";
import { DemoDevice } from "../../server/devices/demo/device.ts";
import type { Device, DeviceProvider, DeviceSpec } from "../../server/devices/provider.ts";
import { DeviceRegistry } from "../../server/devices/registry.ts";
import { BaguetteGateway } from "../../server/gateways/baguette/gateway.ts";
import type { OutboxLimits } from "../../server/gateways/baguette/stream-client.ts";
import type { GatewayHost } from "../../server/gateways/gateway-host.ts";
import { createLocalGatewayHost } from "../../server/gateways/local-gateway-host.ts";
import { Host } from "../../server/host/host.ts";
import { createLog } from "../../server/log.ts";
import { loadAddon } from "../../server/native/load.ts";
import { GatewayTickets } from "../../server/viewers/gateway-session.ts";
import { noAudit } from "../../signaling/audit.ts";
import { BearerRights } from "../../signaling/auth/bearer-rights.ts";
import { Exchange } from "../../signaling/auth/exchange.ts";
import type { GrantOrder } from "../../signaling/auth/grant-book.ts";
import { Guard } from "../../signaling/http/guard.ts";
import type { Listener } from "../../signaling/http/listener.ts";
import { memorySocketPair } from "../../signaling/memory-socket.ts";
import type { HostHello, Role } from "../../signaling/protocol/messages.ts";
import { wallClock } from "../../signaling/protocol/time.ts";
import { FakeMediaEngine } from "../fakes/fake-media-engine.ts";
import { FakeProvider } from "../fakes/fake-provider.ts";
import { type Answer, ask, serveRoutes } from "./http-server.ts";
import { hostHello, keys, SignalingHarness } from "./signaling-harness.ts";

/** Makes real demo phones, kept for the test to look at. */
class DemoProvider implements DeviceProvider {
	readonly scheme = "demo";
	readonly usage = "demo:";
	readonly shows = "a phone";
	readonly options = {};
	readonly devices: DemoDevice[] = [];

	async find(): Promise<string[]> {
		return [];
	}

	async open(spec: DeviceSpec): Promise<Device> {
		const identity = { id: spec.options.get("id") ?? "demo", name: "Demo phone" };
		const device = new DemoDevice(identity, { addon: loadAddon(), clock: systemClock, wall: wallClock });
		this.devices.push(device);
		return device;
	}
}

/** What a WebSocket of a test heard. */
export interface HeardSocket {
	readonly socket: WebSocket;
	readonly texts: string[];
	readonly frames: Buffer[];
	/** Set when it is closed: the code; a refused one has the HTTP status. */
	closed: number | undefined;
}

/**
 * The gateway on a real HTTP server, with signaling, a host and its devices as in `serve`, but for a media engine that
 * moves no packets: fake devices `fake:ID`, and real demo phones.
 */
export class GatewayStage {
	readonly harness = new SignalingHarness();
	readonly fakes = new FakeProvider();
	readonly demos = new DemoProvider();
	readonly tickets = new GatewayTickets();
	readonly logged: string[] = [];
	readonly registry = new DeviceRegistry([this.fakes, this.demos]);
	readonly host: Host;
	readonly gatewayHost: GatewayHost;
	readonly gateway: BaguetteGateway;
	listener!: Listener;
	/** Connections that the host has opened to signaling. */
	connections = 0;
	/** Ends the host's connection; it opens another. */
	hangUp = () => {};

	constructor(limits?: OutboxLimits) {
		const { harness, tickets, logged } = this;
		const log = createLog((line) => logged.push(line));
		this.host = new Host({
			registry: this.registry,
			engine: new FakeMediaEngine(),
			clock: systemClock,
			wall: wallClock,
			rate: {},
			log,
			hello: hostHello("h1") as HostHello,
			gatewayTickets: tickets,
			openSocket: () => {
				const [near, far] = memorySocketPair();
				harness.server.accept(far);
				this.connections++;
				this.hangUp = () => far.close();
				return near;
			},
			count: { droppedInput() {}, openedPeer() {}, endedPeer() {}, accessUnit() {} },
		});
		this.gatewayHost = createLocalGatewayHost({
			host: () => this.host,
			tickets,
			enter: (request) => this.harness.server.enter(request),
			clock: systemClock,
		});
		const { access, grants, metrics, clock } = harness;
		const exchange = new Exchange({ access, grants, audit: noAudit, clock, wall: clock.wall });
		this.gateway = new BaguetteGateway({
			host: this.gatewayHost,
			rights: new BearerRights({ access, grants, exchange, wall: clock.wall }),
			guard: new Guard({ lan: false, names: [] }),
			metrics,
			clock: systemClock,
			log,
			maker: { decoder: loadAddon().FrameDecoder, clock: systemClock },
			...(limits === undefined ? {} : { limits }),
		});
	}

	/** Opens devices and listens. */
	async open(...specs: string[]): Promise<this> {
		this.host.start();
		for (const spec of specs) await this.host.addDevice(this.registry.parse(spec));
		this.listener = await serveRoutes(this.gateway.routes, {
			access: this.harness.access,
			metrics: this.harness.metrics,
			upgrade: (request, socket, head) => this.gateway.upgrade(request, socket, head),
			log: (error) => this.logged.push(String(error)),
		});
		return this;
	}

	async close(): Promise<void> {
		this.gateway.close();
		await this.host.close();
		this.harness.server.close();
		await this.listener.close();
	}

	/** A request of the owner's, unless other headers are given. */
	ask(
		method: string,
		path: string,
		{ headers = owner, body }: { headers?: Record<string, string>; body?: string } = {},
	): Promise<Answer> {
		return ask(this.listener.port, path, { method, headers, ...(body === undefined ? {} : { body }) });
	}

	/** A connected WebSocket, or one that was refused. */
	async connect(path: string, headers: Record<string, string> = owner): Promise<HeardSocket> {
		const socket = new WebSocket(`ws://127.0.0.1:${this.listener.port}${path}`, { headers });
		const heard: HeardSocket = { socket, texts: [], frames: [], closed: undefined };
		socket.on("message", (data, binary) => {
			if (binary) heard.frames.push(data as Buffer);
			else heard.texts.push(String(data));
		});
		socket.on("close", (code) => {
			heard.closed ??= code;
		});
		await new Promise<void>((resolve) => {
			socket.on("open", () => resolve());
			socket.on("error", () => resolve());
			socket.on("unexpected-response", (_request, response) => {
				heard.closed = response.statusCode;
				response.on("data", (chunk) => heard.texts.push(String(chunk)));
				response.on("end", () => resolve());
			});
		});
		return heard;
	}

	/** Headers of somebody with a link of their own. */
	async guest(
		deviceId: string,
		role: Role,
		more: Partial<GrantOrder> = {},
	): Promise<{ headers: Record<string, string>; cookie: Record<string, string>; id: string }> {
		const grant = await this.harness.grant(deviceId, role, more);
		return {
			headers: { authorization: `Bearer ${grant.token}` },
			cookie: { cookie: grant.cookie },
			id: grant.id,
		};
	}
}

export const owner = { authorization: `Bearer ${keys.ownerToken}` };
