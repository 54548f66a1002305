import { networkInterfaces } from "node:os";

/**
 * Addresses that media may be sent from, for ICE candidates: the loopback ones alone unless the page can be opened
 * from the network. Link-local IPv6 addresses are left out: a browser cannot tell their interface.
 */
export function mediaAddresses(lan: boolean): string[] {
	const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
	const loopback = addresses.filter(({ internal }) => internal);
	const outward = addresses.filter(({ internal, address }) => !internal && !address.startsWith("fe80:"));
	return (lan ? [...outward, ...loopback] : loopback).map(({ address }) => address);
}
