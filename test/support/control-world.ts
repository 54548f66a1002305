import fc from "fast-check";
import { expect } from "vitest";
import { DeviceRegistry } from "../../server/devices/registry.ts";
import { Host } from "../../server/host/host.ts";
import { createLog } from "../../server/log.ts";
import { memorySocketPair } from "../../signaling/memory-socket.ts";
import {
	type ControlAction,
	controlActionSchema,
	type HostHello,
} from "../../signaling/protocol/messages.ts";
import { FakeClock, settled } from "../fakes/fake-clock.ts";
import { FakeMediaEngine } from "../fakes/fake-media-engine.ts";
import { FakeProvider } from "../fakes/fake-provider.ts";
import { type Guest, Party } from "./party.ts";
import { hostHello } from "./signaling-harness.ts";

/** Who is there, by number. */
export const roles = ["own", "control", "control", "view"] as const;

/** Something that a person, or time, does. */
export type Step =
	| { do: "act"; who: number; action: ControlAction; to: number }
	| { do: "press" | "lift" | "drop" | "return" | "leave"; who: number }
	| { do: "touch while the host is cut off"; who: number }
	| { do: "wait"; ms: number };

const who = fc.nat({ max: roles.length - 1 });
export const anyStep: fc.Arbitrary<Step> = fc.oneof(
	{
		weight: 4,
		arbitrary: fc.record({
			do: fc.constant("act" as const),
			who,
			action: fc.constantFrom(...controlActionSchema.options),
			to: who,
		}),
	},
	{ weight: 6, arbitrary: fc.record({ do: fc.constantFrom("press" as const, "lift" as const), who }) },
	{
		weight: 2,
		arbitrary: fc.record({ do: fc.constantFrom("drop" as const, "return" as const, "leave" as const), who }),
	},
	{
		weight: 1,
		arbitrary: fc.record({ do: fc.constant("touch while the host is cut off" as const), who }),
	},
	{
		weight: 1,
		arbitrary: fc.record({
			do: fc.constant("wait" as const),
			ms: fc.constantFrom(100, 5_000, 21_000, 31_000),
		}),
	},
);

/** A real signaling server, a real host with one device, and people on it; only frames and keys are not real. */
export class ControlWorld {
	readonly clock = new FakeClock();
	readonly party: Party;
	readonly provider = new FakeProvider();
	readonly engine = new FakeMediaEngine();
	readonly guests: Guest[] = [];
	readonly host: Host;
	/** Is there all the time, and sees every change. */
	observer!: Guest;
	/** Whose key is down on the device. */
	readonly down = new Set<number>();
	#cutOff = () => {};

	constructor() {
		this.party = new Party({}, this.clock);
		const registry = new DeviceRegistry([this.provider]);
		this.host = new Host({
			registry,
			engine: this.engine,
			clock: this.clock,
			wall: this.clock.wall,
			rate: {},
			log: createLog(() => {}),
			hello: hostHello("h1") as HostHello,
			openSocket: () => {
				const [near, far] = memorySocketPair();
				this.party.harness.server.accept(far);
				this.#cutOff = () => far.close();
				return near;
			},
			count: { droppedInput() {}, openedPeer() {}, endedPeer() {}, accessUnit() {} },
		});
	}

	async begin(): Promise<void> {
		this.host.start();
		await this.host.addDevice({ text: "", scheme: "fake", target: "phone", options: new URLSearchParams() });
		await settled();
		this.observer = await this.party.join("view");
		for (const role of roles) this.guests.push(await this.party.join(role));
	}

	guest(index: number): Guest {
		const guest = this.guests[index];
		if (!guest) throw new Error(`There is no guest ${index}.`);
		return guest;
	}

	get holder(): number | undefined {
		const { holder } = this.observer.control;
		return holder === undefined ? undefined : this.guests.findIndex(({ id }) => id === holder);
	}

	async step(step: Step): Promise<void> {
		if (step.do === "wait") return this.clock.pass(step.ms);
		const guest = this.guest(step.who);
		const here = guest.peer.ended === undefined;
		switch (step.do) {
			case "act":
				if (here) await guest.act(step.action, this.guest(step.to).id);
				return;
			case "press":
			case "lift":
				this.#key(step.who, step.do === "press");
				return settled();
			case "drop":
				return guest.peer.hangUp();
			case "leave":
				if (here) await guest.peer.say({ type: "leave" });
				return;
			case "return":
				this.guests[step.who] = await this.party.back(guest, { media: false });
				return;
			case "touch while the host is cut off":
				this.#cutOff();
				await settled();
				this.#key(step.who, true);
				return this.clock.pass(300);
		}
	}

	/** Takes what reached the device; gives who touched it. No two hold anything at one time. */
	touches(): Set<number> {
		const touched = new Set<number>();
		for (const call of this.provider.devices[0]?.input.drain() ?? []) {
			if (call[0] !== "key") throw new Error(`Only keys were pressed, but ${call[0]} came.`);
			const who = Number(call[1].replace("Key", ""));
			if (!call[2]) {
				expect(this.down.delete(who), "a key was let go twice").toBe(true);
				continue;
			}
			expect([...this.down], "somebody else's key was still down").toEqual([]);
			this.down.add(who);
			touched.add(who);
		}
		return touched;
	}

	#key(who: number, down: boolean): void {
		const { id } = this.guest(who);
		const peer = this.engine.track.peers.findLast((one) => one.id.startsWith(id));
		peer?.say({ type: "key", code: `Key${who}`, down });
	}
}
