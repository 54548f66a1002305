/** What a code stands for. `docs/errors.md` is made of it. */
interface ErrorFacts {
	/** HTTP status where a request is answered with it; 500 when absent. */
	readonly status?: number;
	readonly means: string;
	readonly remedy: string;
}

/**
 * Every error code of Porthole: of its API, of the signaling protocol, of its command line and of its addon. A code is
 * stable and meant for programs. `npm run docs:errors` makes docs/errors.md of it.
 */
export const errorCodes = {
	// Calling
	"bad-option": {
		means: "A command was given an option or a value that it does not take.",
		remedy: "See porthole COMMAND --help.",
	},
	"unknown-command": { means: "There is no such command.", remedy: "See porthole help." },
	"not-running": {
		means: "No server of this machine answers.",
		remedy: "Start one with npm start, or give its --state folder.",
	},
	"stream-refused": {
		means: "The server gives no stream of that device.",
		remedy: "See its words; porthole devices lists the devices.",
	},
	"stream-ended": { means: "The server ended the stream.", remedy: "Start it again." },
	// Requests
	"bad-request": {
		status: 400,
		means: "A request is not of the form that its route takes.",
		remedy: "Correct it as the message says.",
	},
	"bad-device-id": {
		status: 400,
		means: "A device id has characters that ids do not have.",
		remedy: "Use letters, digits, dots, dashes and underscores.",
	},
	"bad-offer": {
		status: 400,
		means: "An SDP offer cannot be used.",
		remedy: "Offer H.264 with ICE and DTLS.",
	},
	"bad-fragment": {
		status: 400,
		means: "A trickled SDP fragment cannot be used.",
		remedy: "Send candidates as RFC 8840 says.",
	},
	"message-too-complex": {
		status: 400,
		means: "A JSON text has more levels or values than are read.",
		remedy: "Send what the protocol describes.",
	},
	"not-json": { means: "A text is not JSON.", remedy: "Send JSON." },
	"request-aborted": {
		status: 400,
		means: "The client went away before its request was whole.",
		remedy: "Send it again.",
	},
	"body-too-long": { status: 413, means: "A request has a longer body than is read.", remedy: "Send less." },
	"unsupported-media-type": {
		status: 415,
		means: "A body is of another type than the route takes.",
		remedy: "Set content-type as the message says.",
	},
	"not-acceptable": {
		status: 406,
		means: "The client takes no type that the route answers with.",
		remedy: "Change its accept header.",
	},
	"precondition-failed": {
		status: 412,
		means: "The session has changed since.",
		remedy: "Send the present ETag in if-match.",
	},
	"precondition-required": {
		status: 428,
		means: "A change needs an if-match header.",
		remedy: "Send the session's ETag in if-match.",
	},
	"wrong-method": {
		status: 405,
		means: "The route does not know this method.",
		remedy: "Use one that the allow header names.",
	},
	"wrong-host": {
		status: 421,
		means: "The request names a host that this server is not known by.",
		remedy: "Start the server with --name HOST.",
	},
	"wrong-origin": {
		status: 403,
		means: "A page of another site made the request.",
		remedy: "Open Porthole's own page.",
	},
	"not-found": { status: 404, means: "There is nothing at this path.", remedy: "Check the URL." },
	"too-many-requests": {
		status: 503,
		means: "More is asked at a time than is answered.",
		remedy: "Try again later.",
	},
	"no-ice-restart": {
		status: 422,
		means: "A session cannot be given new ICE credentials.",
		remedy: "Begin a new session.",
	},
	"no-such-session": { status: 404, means: "The WHEP or WHIP session is over.", remedy: "Begin a new one." },
	"too-many-sessions": {
		status: 429,
		means: "A client has more sessions than one may have.",
		remedy: "End some.",
	},
	internal: {
		means: "Something went wrong that nobody foresaw.",
		remedy: "Look into the server's log, and report it.",
	},
	// Rights
	"no-token": {
		status: 401,
		means: "The request shows no right.",
		remedy: "Send the owner token or a grant as a bearer token.",
	},
	"wrong-token": {
		status: 401,
		means: "The token is not good here.",
		remedy: "Take the link that the server printed at its start.",
	},
	"not-allowed": {
		status: 403,
		means: "The right does not allow this.",
		remedy: "Ask the owner for a link with more rights.",
	},
	"asks-first": {
		status: 403,
		means: "The device lets nobody in without asking.",
		remedy: "Open it on the page, where somebody can let you in.",
	},
	"wrong-device": {
		status: 403,
		means: "The right is for another device.",
		remedy: "Use the link of this device.",
	},
	expired: { status: 403, means: "The link's time is over.", remedy: "Ask for a new link." },
	revoked: { status: 403, means: "The link was revoked.", remedy: "Ask for a new link." },
	"used-up": {
		status: 403,
		means: "The link has been used as often as it may be.",
		remedy: "Ask for a new link.",
	},
	"needs-pin": { status: 401, means: "The link asks for a PIN.", remedy: "Give the PIN that came with it." },
	"wrong-pin": {
		status: 401,
		means: "That is not the link's PIN.",
		remedy: "Try again, a few times at most.",
	},
	"too-many-tries": {
		status: 429,
		means: "Too many wrong PINs or keys were tried.",
		remedy: "Wait some minutes.",
	},
	"no-such-grant": { status: 404, means: "There is no such link.", remedy: "porthole grants lists them." },
	"too-many-grants": { status: 409, means: "There are as many links as can be.", remedy: "Revoke some." },
	"wrong-host-key": {
		means: "The host key is not known here.",
		remedy: "Make one with porthole host-keys add.",
	},
	"host-key-in-use": {
		means: "The host key belongs to another host.",
		remedy: "Give each host a key of its own.",
	},
	"host-key-revoked": {
		means: "The host key was revoked.",
		remedy: "Make a new one with porthole host-keys add.",
	},
	"host-name-taken": {
		means: "Another host's devices begin with this name.",
		remedy: "Give this host another --name.",
	},
	"no-such-host-key": {
		status: 404,
		means: "There is no such host key.",
		remedy: "porthole host-keys lists them.",
	},
	"too-many-host-keys": {
		status: 409,
		means: "There are as many host keys as can be.",
		remedy: "Revoke some.",
	},
	// Rooms
	"link-full": {
		status: 503,
		means: "As many people are on the device by this link as may.",
		remedy: "Ask for another link, or wait until somebody leaves.",
	},
	"device-full": {
		status: 503,
		means: "As many viewers watch the device as may.",
		remedy: "Try again later.",
	},
	full: { status: 503, means: "The server takes no more connections.", remedy: "Try again later." },
	"admission-full": { means: "Too many people wait to be let in.", remedy: "Try again later." },
	waiting: { means: "The viewer waits to be let in.", remedy: "Wait for somebody who may let you in." },
	"not-waiting": {
		means: "Nobody of that number waits to be let in.",
		remedy: "The person has left or was let in already.",
	},
	"not-let-in": { means: "The viewer was not let in.", remedy: "Ask the owner." },
	removed: { means: "The viewer was sent away.", remedy: "Ask the owner." },
	"no-such-viewer": { means: "That viewer is not here.", remedy: "It has left." },
	"control-locked": { means: "Control is locked to its holder.", remedy: "Ask the owner." },
	"no-request": { means: "Nobody asked for control.", remedy: "The request was answered or withdrawn." },
	"not-holder": { means: "Only who has control can do this.", remedy: "Ask for control first." },
	"no-hello": {
		means: "A connection did not begin with a hello in time.",
		remedy: "Update the program that connects.",
	},
	"wrong-version": {
		means: "The two ends speak different versions of the protocol.",
		remedy: "Update the older one; on the page, reload.",
	},
	refused: { means: "The other end takes no connection.", remedy: "See the message." },
	superseded: {
		means: "The same host or viewer connected again elsewhere.",
		remedy: "Nothing, if that was meant.",
	},
	"bad-message": { means: "A message cannot be read.", remedy: "Update the older end." },
	"bad-frame": { means: "A frame of a socket breaks its protocol.", remedy: "Update the client." },
	"message-too-long": { means: "A message is longer than is read.", remedy: "Send less." },
	"too-fast": { means: "More messages came in a second than are taken.", remedy: "Send fewer." },
	closing: { status: 503, means: "The server shuts down.", remedy: "Connect again later." },
	left: { means: "The stay on the device is over.", remedy: "Come again." },
	flooding: {
		means: "The viewer sent far more on its data channel than it may.",
		remedy: "Send less; after a minute it may come again.",
	},
	"relay-failed": {
		means: "The browser's network reaches the device only through TURN, which failed.",
		remedy: "Check the server's --turn options.",
	},
	unreachable: {
		means: "The page does not reach the server.",
		remedy: "Check that it runs, and the network.",
	},
	none: { means: "There is no reason yet.", remedy: "Nothing." },
	"no-h264": {
		status: 422,
		means: "The other end has no H.264 over WebRTC.",
		remedy: "Use another browser or player.",
	},
	"node-gone": { means: "The signaling server that has the device has gone.", remedy: "Connect again." },
	"other-keys": {
		means: "The servers that share a Redis have different secrets.",
		remedy: "Give them the same state folder, or another --redis-prefix.",
	},
	"bad-shared-keys": {
		means: "The secrets in Redis cannot be read.",
		remedy: "Remove them from Redis to have new ones made.",
	},
	"redis-unreachable": { means: "Redis does not answer.", remedy: "Check --redis and that it runs." },
	"store-unavailable": {
		status: 503,
		means: "The shared state is out of reach now.",
		remedy: "Try again when Redis is back.",
	},
	"store-full": { status: 507, means: "The shared state takes no more.", remedy: "Revoke links or keys." },
	// Devices and hosts
	"no-such-device": {
		status: 404,
		means: "There is no such device.",
		remedy: "porthole devices lists them.",
	},
	"device-gone": { status: 404, means: "The device is no longer offered.", remedy: "Start its host again." },
	"device-off": { status: 503, means: "The device is switched off.", remedy: "Switch it on." },
	"device-asleep": {
		status: 503,
		means: "The device is asleep and cannot be woken from here.",
		remedy: "Open it on the page.",
	},
	"device-closed": { means: "The device was closed.", remedy: "Open it again." },
	"device-not-opened": {
		means: "A device that had ended could not be opened again.",
		remedy: "See its note on the page.",
	},
	"device-id-taken": {
		status: 409,
		means: "There is already a device of this id.",
		remedy: "Give this one another id with ?id=NAME.",
	},
	"device-id-too-long": {
		means: "A device's id with the host's name before it is too long.",
		remedy: "Give the host a shorter --name.",
	},
	"bad-device-spec": { means: "A device's spec cannot be read.", remedy: "See porthole serve --help." },
	"unknown-device-kind": { means: "There is no such kind of device.", remedy: "See porthole serve --help." },
	"host-offline": {
		status: 503,
		means: "The host of the device is not connected.",
		remedy: "Start it, or wait until it is back.",
	},
	"host-stopped": {
		status: 503,
		means: "Porthole was stopped on the device's computer.",
		remedy: "Start it again there.",
	},
	"ambiguous-host": {
		status: 503,
		means: "Several hosts could take the published stream.",
		remedy: "Begin the device's id with the name of one.",
	},
	"answer-timeout": { status: 504, means: "The host did not answer in time.", remedy: "Try again." },
	"bad-answer": { means: "An answer cannot be used.", remedy: "Update the end that gave it." },
	"gateway-elsewhere": {
		means: "The device is on another computer, whose video passes no gateway here.",
		remedy: "Ask the server on that computer.",
	},
	"player-lost": { means: "A player's connection is gone.", remedy: "Connect again." },
	unsupported: {
		status: 501,
		means: "The other end cannot do this.",
		remedy: "Use another media engine or a newer version.",
	},
	"track-closed": { status: 503, means: "The device's stream is closing.", remedy: "Try again." },
	"source-open": { means: "The device's source is open already.", remedy: "Close it first." },
	"source-failed": { means: "The device gives no video.", remedy: "See its note; it is tried again." },
	"bad-bezel": {
		status: 502,
		means: "The host sent an unusable image of a bezel.",
		remedy: "Update the host.",
	},
	"bad-screenshot": { means: "The host sent an unusable screenshot.", remedy: "Update the host." },
	"bezel-timeout": {
		status: 504,
		means: "The host gave no image of the bezel in time.",
		remedy: "Try again.",
	},
	"bezel-too-large": {
		means: "The image of a bezel is larger than is sent.",
		remedy: "Nothing; the device is shown without it.",
	},
	"no-bezel": {
		status: 404,
		means: "The device has no images of a bezel.",
		remedy: "Nothing; the device is shown without it.",
	},
	"unreadable-pdf": {
		means: "A PDF of a simulator's bezel cannot be drawn.",
		remedy: "Hide the bezel; the message names the file.",
	},
	"no-such-bezel-image": {
		status: 404,
		means: "The bezel has no such image.",
		remedy: "Ask for one that the device names.",
	},
	"no-power": {
		status: 409,
		means: "The device has no power switch that Porthole can use.",
		remedy: "Switch it by hand.",
	},
	"power-timeout": { status: 504, means: "The device was not switched in time.", remedy: "Try again." },
	"wrong-state": { status: 409, means: "The device is on, or off, already.", remedy: "Nothing." },
	"screenshot-timeout": { status: 504, means: "The host gave no screenshot in time.", remedy: "Try again." },
	"screenshot-too-large": {
		means: "The screenshot is larger than is sent.",
		remedy: "Watch the device instead.",
	},
	"no-screenshot": {
		status: 404,
		means: "There is no screenshot of the device now.",
		remedy: "Try again when it is on.",
	},
	"too-many-screenshots": {
		status: 503,
		means: "More screenshots are asked for than are made.",
		remedy: "Try again later.",
	},
	"no-frame": { means: "No frame of the screen came in time.", remedy: "Check that the device is on." },
	"frame-awaited": { means: "A frame is awaited already.", remedy: "Ask for the next one once it has come." },
	"frames-closed": { means: "The reader of the frames was closed.", remedy: "Open them again." },
	// Published streams
	"no-publish-host": {
		status: 503,
		means: "No host takes published streams.",
		remedy: "Start one with --publishers.",
	},
	"too-many-publishers": {
		status: 503,
		means: "The host takes no more published streams.",
		remedy: "Try again later.",
	},
	"too-many-tracks": { status: 422, means: "An offer has more than one video.", remedy: "Offer one." },
	"publisher-left": { means: "The publisher stopped sending.", remedy: "Publish again." },
	// Input
	"clipboard-too-large": {
		means: "A clipboard has more than 1 MiB of text, or a PNG of more than 8 MiB.",
		remedy: "Copy less, or send it as a file.",
	},
	"clipboard-timeout": {
		means: "The program that copied, or the display, did not answer in time.",
		remedy: "Copy again; a program that hangs has to be ended.",
	},
	"clipboard-unreadable": {
		means: "The program that copied gives something else than it promised.",
		remedy: "Copy it from another program.",
	},
	"clipboard-taken": {
		means: "Another program copied something while the clipboard was being written.",
		remedy: "Paste again.",
	},
	"clipboard-busy": {
		means: "The clipboard is being read or written already.",
		remedy: "Wait for that to end.",
	},
	"clipboard-failed": {
		means: "The addon's clipboard thread has failed.",
		remedy: "Use the clipboard again, which starts it anew; report the message if it comes back.",
	},
	"bad-input": { means: "A message of input cannot be read.", remedy: "Update the viewer." },
	"input-refused": { means: "The device did not take the input.", remedy: "See the message." },
	"input-overloaded": { means: "Input comes faster than the device takes it.", remedy: "Send less." },
	"input-failed": {
		means: "The thread that gives the input failed.",
		remedy: "Open the device again, and report it.",
	},
	"input-lost": { means: "The way of input to the device broke.", remedy: "Open the device again." },
	"no-input": {
		means: "The device takes no input this way.",
		remedy: "See porthole doctor for better ways.",
	},
	"unknown-key": { means: "The device has no such key.", remedy: "Use another." },
	"unknown-button": { means: "The device has no such button.", remedy: "Use one that it names." },
	"button-refused": { means: "The simulator did not take the button.", remedy: "See the message." },
	"cannot-turn": { means: "The device cannot be turned this way.", remedy: "Turn it by hand." },
	"text-too-long": { means: "More text was given than is typed at once.", remedy: "Give less." },
	// Starting
	"port-in-use": {
		means: "Another program listens on the port.",
		remedy: "Give another --port, or end that program.",
	},
	"port-forbidden": { means: "The port is not allowed to this user.", remedy: "Give a --port from 1024 on." },
	"cannot-listen": { means: "The server cannot listen on the address.", remedy: "Check --host." },
	"no-address": {
		means: "Media can be sent from no address.",
		remedy: "Check the network, or --media-port.",
	},
	"page-missing": { means: "The page is not built.", remedy: "Run npm start, which builds it." },
	"state-in-use": {
		means: "Another server runs on the same state folder.",
		remedy: "Use the one that runs, end it, or give this one a folder of its own with --state.",
	},
	"state-not-writable": {
		status: 507,
		means: "The state folder cannot be written to.",
		remedy: "Check its rights and the disk, or give another --state.",
	},
	"not-kept": {
		status: 507,
		means: "A link or a key is revoked, but that could not be written: a restart would bring it back.",
		remedy: "Make room on the disk, and do not restart before: it is written again until it holds.",
	},
	"state-not-readable": {
		means: "A file in the state folder cannot be read.",
		remedy: "Give it to the user who runs Porthole (chown, chmod), or give another --state.",
	},
	"bad-key-file": {
		means: "The file of secrets cannot be read.",
		remedy: "Remove it to have new secrets made.",
	},
	"bad-grants-file": {
		means: "The file of links cannot be read.",
		remedy: "Remove it; its links are then gone.",
	},
	"bad-host-keys": {
		means: "The file of host keys cannot be read.",
		remedy: "Remove it; hosts then need new keys.",
	},
	"bad-host-id": {
		means: "The host's id cannot be read.",
		remedy: "Remove the file to have a new one made.",
	},
	"bad-record": { means: "A record of a stream cannot be read.", remedy: "Update the older end." },
	"mediasoup-missing": { means: "mediasoup is not installed.", remedy: "Run npm run mediasoup." },
	"mediasoup-failed": { means: "mediasoup's worker did not start.", remedy: "Run npm run mediasoup again." },
	"worker-died": { means: "A worker of mediasoup died.", remedy: "Viewers connect again by themselves." },
	"edge-refused": { means: "The origin did not take this edge.", remedy: "Check --origin and --key." },
	"edge-lost": {
		means: "The edge that served the viewer is gone.",
		remedy: "Viewers connect again by themselves.",
	},
	"addon-missing": { means: "The native addon is not there.", remedy: "Run npm run build:native." },
	"addon-unusable": {
		means: "The native addon cannot be loaded.",
		remedy: "Build it again with npm run build:native.",
	},
	// Programs and simulators
	"program-missing": {
		means: "A program that is needed is not installed.",
		remedy: "Install it as the message says.",
	},
	"program-failed": { means: "A program ended with an error.", remedy: "See its words in the message." },
	"program-silent": { means: "A program did not answer in time.", remedy: "Try again." },
	"program-ended": { means: "A program that was to run on has ended.", remedy: "It is started again." },
	"program-overflow": { means: "A program said more than is read.", remedy: "Report it." },
	"simulator-needs-mac": {
		means: "This machine has no simulators.",
		remedy: "Run Porthole on a Mac with Xcode.",
	},
	"no-such-simulator": {
		means: "There is no such simulator.",
		remedy: "xcrun simctl list devices lists them.",
	},
	"simulator-deleted": { means: "The simulator was deleted.", remedy: "Make another." },
	"no-backend": { means: "No way to the simulator works.", remedy: "See porthole doctor." },
	"backend-unavailable": {
		means: "A way to the simulator does not work here.",
		remedy: "See porthole doctor.",
	},
	// HXFR
	"hxfr-bad-address": { means: "An HXFR address cannot be read.", remedy: "See porthole hxfr --help." },
	"hxfr-unreachable": {
		means: "Nobody answers at the HXFR address.",
		remedy: "Start the program that listens there.",
	},
	"hxfr-address-taken": { means: "Somebody listens at the HXFR address already.", remedy: "Give another." },
	"hxfr-bad-message": { means: "The other end does not speak HXFR.", remedy: "Update it." },
	"hxfr-lost": { means: "The HXFR connection ended.", remedy: "It is made again." },
	"hxfr-silent": { means: "The other end did not answer in time.", remedy: "It is asked again." },
	"hxfr-no-scanout": {
		means: "The other end has no such scanout.",
		remedy: "Give one that it has with ?scanout=N.",
	},
	"hxfr-refused": { means: "The other end said no.", remedy: "See its words." },
	"hxfr-no-screenshot": { means: "No frame has come yet.", remedy: "Try again." },
	// The addon
	"capture-failed": {
		means: "The screen could not be captured.",
		remedy: "See the message; it is tried again.",
	},
	"encoder-failed": { means: "The encoder failed.", remedy: "It is started again; see porthole doctor." },
	"encoder-busy": { means: "The encoder serves somebody else.", remedy: "Choose another with --encoder." },
	"encoder-rejected": {
		means: "The encoder did not take a setting.",
		remedy: "Choose another with --encoder.",
	},
	"encoder-unavailable": {
		means: "The encoder is not here.",
		remedy: "Install it, or choose another with --encoder.",
	},
	"encoder-unknown": { means: "There is no such encoder.", remedy: "See porthole serve --help." },
	"decoder-failed": { means: "The decoder failed.", remedy: "Ask for the frames again, and report it." },
	"decoder-unavailable": { means: "There is no decoder.", remedy: "Install it as porthole doctor says." },
	"display-unreachable": {
		means: "The X display cannot be reached.",
		remedy: "Check DISPLAY and XAUTHORITY.",
	},
	"display-unsupported": {
		means: "The X display has a format that cannot be captured.",
		remedy: "Use 24 or 32 bits a pixel.",
	},
	"display-lacks-extension": {
		means: "The X display lacks an extension.",
		remedy: "Start it with the extension that the message names.",
	},
	"display-vanished": { means: "The X display has gone.", remedy: "Start it again." },
	"invalid-argument": { means: "The addon was called with a wrong argument.", remedy: "Report it." },
	"socket-failed": {
		means: "A socket of the addon could not be opened or used.",
		remedy: "Check the network and --media-port.",
	},
	"socket-late": { means: "A socket was asked for after the pool had begun to close.", remedy: "Report it." },
	"sender-failed": {
		means: "What sends video to a viewer failed.",
		remedy: "The viewer is offered another connection; report it.",
	},
	"pool-closed": { means: "The addon's sender pool was closed.", remedy: "Report it." },
	"out-of-descriptors": {
		means: "As many files are open as may be.",
		remedy: "Raise ulimit -n.",
	},
	"crypto-failed": { means: "The system's cryptography failed.", remedy: "Reinstall OpenSSL, or report it." },
	"too-many-changes": {
		means: "The X display changes its keys faster than they can be followed.",
		remedy: "Try again.",
	},
	"boot-failed": {
		means: "The simulator could not be switched on.",
		remedy: "See the message; try Simulator.app.",
	},
	"shutdown-failed": {
		means: "The simulator could not be switched off.",
		remedy: "See the message; try Simulator.app.",
	},
	"simulator-shut-down": { means: "The simulator was switched off.", remedy: "Switch it on." },
	"unknown-simulator": {
		means: "CoreSimulator knows no such simulator.",
		remedy: "xcrun simctl list devices lists them.",
	},
	"core-simulator-missing": {
		means: "CoreSimulator cannot be loaded.",
		remedy: "Open Xcode once, so that it installs it.",
	},
	"simulator-kit-missing": {
		means: "SimulatorKit cannot be loaded.",
		remedy: "Choose an Xcode with xcode-select.",
	},
	"class-missing": {
		means: "This Xcode lacks a class that is needed.",
		remedy: "Report it with porthole doctor --json.",
	},
	"selector-missing": {
		means: "This Xcode lacks a method that is needed.",
		remedy: "Report it with porthole doctor --json.",
	},
	"symbol-missing": {
		means: "This Xcode lacks a function that is needed.",
		remedy: "Report it with porthole doctor --json.",
	},
	"framework-exception": {
		means: "One of Apple's frameworks raised an exception.",
		remedy: "Restart the simulator, and report it.",
	},
	"no-service-context": {
		means: "CoreSimulator gives no service.",
		remedy: "Open Xcode once; see porthole doctor.",
	},
	"no-device-set": { means: "CoreSimulator gives no list of simulators.", remedy: "See porthole doctor." },
	"no-framebuffer-port": { means: "The simulator offers no screen.", remedy: "Wait until it has started." },
	"no-surface": { means: "The simulator's screen has no surface yet.", remedy: "Wait until it has started." },
	"no-io-client": { means: "The simulator offers no devices.", remedy: "Restart the simulator." },
	"no-input-client": { means: "The simulator takes no input.", remedy: "Restart the simulator." },
	"no-indigo-message": {
		means: "A message of input could not be made.",
		remedy: "Report it with porthole doctor --json.",
	},
	"indigo-message-too-short": {
		means: "A message of input is shorter than this Xcode's.",
		remedy: "Report it with porthole doctor --json.",
	},
	"notification-not-posted": {
		means: "The simulator did not take a notification.",
		remedy: "Restart the simulator.",
	},
	"orientation-not-sent": {
		means: "The simulator could not be turned.",
		remedy: "Turn it in Simulator.app.",
	},
	"not-main-thread": { means: "The addon was called from a wrong thread.", remedy: "Report it." },
} as const satisfies Readonly<Record<string, ErrorFacts>>;

export type ErrorCode = keyof typeof errorCodes;

/** The facts of any code; undefined for one that is not known here. */
export function factsOf(code: string): ErrorFacts | undefined {
	return Object.hasOwn(errorCodes, code) ? errorCodes[code as ErrorCode] : undefined;
}

/** A code from outside, such as another version of Porthole; `otherwise` for one that is not known here. */
export function knownCode(code: string, otherwise: ErrorCode = "internal"): ErrorCode {
	return factsOf(code) ? (code as ErrorCode) : otherwise;
}
