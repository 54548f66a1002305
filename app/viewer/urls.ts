/**
 * The export has one file for all device pages, made for this id; no real device can have it, since ids begin
 * with a letter or a digit. The server answers `/devices/<id>` with that file and the page reads the id from its address.
 */
export const PLACEHOLDER_ID = "_";

/** The device that an address names, or undefined for any other page. */
export function deviceIdOf(pathname: string): string | undefined {
	return /^\/devices\/([a-z0-9][a-z0-9._-]{0,63})\/?$/.exec(pathname)?.[1];
}

/** Address of the signaling socket for a page, `ws` or `wss` as the page itself came. */
export function signalUrl(page: { protocol: string; host: string }): string {
	return `${page.protocol === "https:" ? "wss:" : "ws:"}//${page.host}/signal`;
}

/** A JPEG of the device as it is now; `at` defeats caches. */
export function screenshotUrl(deviceId: string, at: number): string {
	return `/api/devices/${deviceId}/still?at=${at}`;
}

/** A PNG of a device's bezel or of one of its buttons. */
export function bezelImageUrl(deviceId: string, name: string, version: string): string {
	return `/api/devices/${deviceId}/frame/${name}.png?v=${version}`;
}
