/** Longest `Cookie` header that is read, characters; Node takes no more than that of all headers together. */
const MAX_HEADER = 16 * 1024;

/** The cookies of a `Cookie` header (RFC 6265 section 4.2.1), in its order. */
export function cookiesIn(header: string | undefined): { name: string; value: string }[] {
	const pairs = (header ?? "").slice(0, MAX_HEADER).split(";");
	return pairs.flatMap((text) => {
		const pair = text.trim();
		const at = pair.indexOf("=");
		return at < 0 ? [] : [{ name: pair.slice(0, at), value: pair.slice(at + 1) }];
	});
}

/** A `Set-Cookie` header for a cookie that scripts and other sites do not get; `maxAge` in seconds, 0 removes it. */
export function setCookie(name: string, value: string, maxAge: number, secure: boolean): string {
	const flags = `Path=/; Max-Age=${maxAge}; HttpOnly; SameSite=Strict${secure ? "; Secure" : ""}`;
	return `${name}=${value}; ${flags}`;
}
