import fc from "fast-check";
import { expect, it } from "vitest";
import { LiteAgent } from "../../../../server/webrtc/ice/lite-agent.ts";
import type { DatagramEvents, DatagramSocket } from "../../../../server/webrtc/ice/path.ts";
import { FakeClock } from "../../../fakes/fake-clock.ts";
import { genuineCheck, openMediaPort } from "../../../support/ice-client.ts";

const AGENTS = 3;
const ADDRESSES = 4;

/** What may happen at a port; agents and remote addresses by number. */
type Step =
	| { readonly kind: "check" | "wrong check"; readonly agent: number; readonly address: number }
	| { readonly kind: "packet"; readonly address: number }
	| { readonly kind: "close"; readonly agent: number };

const agent = fc.nat(AGENTS - 1);
const address = fc.nat(ADDRESSES - 1);
const step: fc.Arbitrary<Step> = fc.oneof(
	{ weight: 4, arbitrary: fc.record({ kind: fc.constant("check" as const), agent, address }) },
	{ weight: 1, arbitrary: fc.record({ kind: fc.constant("wrong check" as const), agent, address }) },
	{ weight: 6, arbitrary: fc.record({ kind: fc.constant("packet" as const), address }) },
	{ weight: 1, arbitrary: fc.record({ kind: fc.constant("close" as const), agent }) },
);

/** A socket that is only memory: packets come in by `events`, and nobody hears what is sent. */
async function openPort(dropped: string[]) {
	let events: DatagramEvents = { packet() {} };
	const port = await openMediaPort(dropped, {
		addresses: ["192.0.2.1"],
		tcp: false,
		clock: new FakeClock(),
		async openSocket(address, _port, given): Promise<DatagramSocket> {
			events = given;
			return { id: 0, address, port: 1000, send() {}, queuedBytes: () => 0, async close() {} };
		},
	});
	return { port, arrive: (packet: Buffer, from: number) => events.packet(packet, "192.0.2.9", 2000 + from) };
}

it("gives packets to whoever's check came last from there, whatever came before", async () => {
	await fc.assert(
		fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
			const dropped: string[] = [];
			const heard: string[] = [];
			const { port, arrive } = await openPort(dropped);
			const agents = Array.from(
				{ length: AGENTS },
				(_, i) =>
					new LiteAgent(port, {
						// A guess only counts for whoever has the path.
						packet: (p) => heard.push(p.readUInt8(0) === 22 ? `${i} ${p.readUInt8(1)}` : `${i} guess`),
						checked() {},
						path() {},
					}),
			);
			const owners = new Map<number, number>();
			const closed = new Set<number>();
			const expected: string[] = [];
			for (const [i, one] of steps.entries()) {
				if (one.kind === "packet") {
					const owner = owners.get(one.address);
					if (owner !== undefined) expected.push(`${owner} ${i}`);
					arrive(Buffer.from([22, i]), one.address);
					continue;
				}
				const who = agents[one.agent] as LiteAgent;
				if (one.kind === "close") {
					who.close();
					closed.add(one.agent);
					for (const [from, owner] of owners) if (owner === one.agent) owners.delete(from);
				} else if (one.kind === "check") {
					const owner = owners.get(one.address);
					arrive(genuineCheck(who, { nominate: true }), one.address);
					if (!closed.has(one.agent)) owners.set(one.address, one.agent);
					else if (owner !== undefined) expected.push(`${owner} guess`);
				} else {
					const owner = owners.get(one.address);
					if (owner !== undefined) expected.push(`${owner} guess`);
					arrive(genuineCheck(who, { password: "a guess" }), one.address);
				}
			}
			expect(heard).toEqual(expected);
			const packets = steps.filter(({ kind }) => kind === "packet").length;
			expect(dropped.filter((reason) => reason === "unknown-address")).toHaveLength(
				packets - expected.filter((one) => !one.endsWith("guess")).length,
			);
			for (const [i, { pathKind }] of agents.entries()) {
				if (![...owners.values()].includes(i)) expect(pathKind).toBeUndefined();
			}
		}),
		{ numRuns: 200 },
	);
});
