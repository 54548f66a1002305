/** How often it is looked whether npm still runs, ms. */
const LOOK_EVERY = 500;

/**
 * Calls back once the process is gone that started this one, where npm did: npm passes on some signals and, when it is
 * killed, none, and what it started would go on as an orphan. What a shell or a service manager starts may outlive it.
 *
 * @param {() => void} callback
 * @param {Readonly<Record<string, string | undefined>>} env
 */
export function whenNpmIsGone(callback, env = process.env) {
	if (env.npm_lifecycle_event === undefined) return;
	const parent = process.ppid;
	const timer = setInterval(() => {
		if (process.ppid === parent) return;
		clearInterval(timer);
		callback();
	}, LOOK_EVERY);
	timer.unref();
}
