{
	"target_defaults": {
		"cflags!": ["-fno-exceptions"],
		"cflags_cc": ["-std=c++20", "-fexceptions", "-O2", "-Wall", "-Wextra", "-Wno-missing-field-initializers"],
		"cflags_cc!": ["-std=gnu++17", "-std=gnu++20", "-fno-exceptions", "-fno-rtti"]
	},
	"targets": [
		{
			"target_name": "porthole",
			"defines": ["NAPI_VERSION=8", "NAPI_CPP_EXCEPTIONS"],
			"include_dirs": ["<!(node -p \"require('node-addon-api').include_dir\")", "core", "core/rtp", "napi", "posix"],
			"sources": [
				"<!@(ls core/*.cc core/rtp/*.cc posix/*.cc)",
				"napi/addon.cc",
				"napi/frame-encoder-object.cc",
				"napi/js-callback.cc",
				"napi/js-waker.cc",
				"napi/loop-poll.cc",
				"napi/options.cc",
				"napi/pixel-encoder-object.cc",
				"napi/rtp-pool-object.cc",
				"napi/rtp-pool-values.cc",
				"napi/source-events.cc",
				"napi/source-object.cc",
				"napi/stream-socket-object.cc",
				"napi/vsock-listener-object.cc"
			],
			"conditions": [
				["OS=='linux'", {
					"include_dirs": ["linux"],
					"sources": [
						"<!@(ls core/software/*.cc linux/*.cc)",
						"napi/picture-decoder-object.cc",
						"napi/x11-screen-object.cc",
						"napi/x11-source-object.cc"
					],
					"libraries": [
						"-lX11", "-lXext", "-lXdamage", "-lXfixes", "-lXi", "-lXrandr", "-lXtst",
						"-lopenh264", "-lyuv", "-ldl"
					]
				}, {
					"sources": ["core/plain/pixel-conversion.cc", "posix/plain/udp-transfer.cc"]
				}],
				["OS=='mac'", {
					"include_dirs": ["core/apple", "core/simulator", "macos"],
					"sources": [
						"<!@(ls core/apple/*.cc core/simulator/*.cc macos/*.cc macos/*.mm)",
						"napi/simulator-functions.cc",
						"napi/simulator-input-object.cc",
						"napi/simulator-service-object.cc",
						"napi/simulator-source-object.cc"
					],
					"libraries": [
						"-framework CoreFoundation", "-framework CoreGraphics", "-framework CoreMedia",
						"-framework CoreVideo", "-framework Foundation", "-framework IOSurface",
						"-framework VideoToolbox"
					],
					"xcode_settings": {
						"CLANG_CXX_LANGUAGE_STANDARD": "c++20",
						"CLANG_CXX_LIBRARY": "libc++",
						"CLANG_ENABLE_OBJC_ARC": "YES",
						"GCC_ENABLE_CPP_EXCEPTIONS": "YES",
						"GCC_ENABLE_CPP_RTTI": "YES",
						"GCC_SYMBOLS_PRIVATE_EXTERN": "YES",
						"MACOSX_DEPLOYMENT_TARGET": "14.0",
						"OTHER_CFLAGS": ["-Wall", "-Wextra", "-Wno-missing-field-initializers", "-Wundeclared-selector"]
					}
				}]
			]
		}
	],
	"conditions": [
		["OS=='linux'", {
			"targets": [
				{
					"target_name": "screen-client",
					"type": "executable",
					"sources": [
						"check/client-window.cc",
						"check/clock-strip.cc",
						"check/event-echo.cc",
						"check/moving-content.cc",
						"check/screen-client.cc"
					],
					"libraries": ["-lX11"]
				},
				{
					"target_name": "picture-decoder",
					"type": "executable",
					"sources": ["check/picture-decoder.cc"],
					"libraries": ["-lopenh264"]
				},
				{
					"target_name": "packet-sink",
					"type": "executable",
					"sources": ["check/packet-sink.cc"]
				},
				{
					"target_name": "core-check",
					"type": "executable",
					"cflags_cc": ["-O0"],
					"include_dirs": ["core", "linux"],
					"sources": [
						"check/core-check.cc",
						"core/access-unit-queue.cc",
						"core/annexb.cc",
						"core/level.cc",
						"core/picture-pacer.cc",
						"linux/input-queue.cc"
					]
				},
				{
					"target_name": "simulator-check",
					"type": "executable",
					"cflags_cc": ["-O0"],
					"include_dirs": ["core", "core/simulator"],
					"sources": ["check/simulator-check.cc", "<!@(ls core/simulator/*.cc)"]
				},
				{
					"target_name": "sender-check",
					"type": "executable",
					"cflags_cc": ["-O0"],
					"include_dirs": ["core", "core/rtp", "posix"],
					"sources": [
						"check/sender-check.cc",
						"core/rtp/feedback.cc",
						"core/rtp/path-delay.cc",
						"core/rtp/picture-queue.cc",
						"core/rtp/probe-result.cc",
						"core/rtp/rtp-unit.cc",
						"core/rtp/sent-log.cc",
						"core/rtp/transport-feedback.cc",
						"core/rtp/transport-log.cc",
						"posix/socket-address.cc",
						"posix/udp-batch.cc",
						"posix/udp-socket.cc",
						"linux/udp-transfer.cc"
					]
				},
				{
					"target_name": "sender-check-plain",
					"type": "executable",
					"cflags_cc": ["-O0"],
					"include_dirs": ["core", "core/rtp", "posix"],
					"sources": [
						"check/sender-check.cc",
						"core/rtp/feedback.cc",
						"core/rtp/path-delay.cc",
						"core/rtp/picture-queue.cc",
						"core/rtp/probe-result.cc",
						"core/rtp/rtp-unit.cc",
						"core/rtp/sent-log.cc",
						"core/rtp/transport-feedback.cc",
						"core/rtp/transport-log.cc",
						"posix/socket-address.cc",
						"posix/udp-batch.cc",
						"posix/udp-socket.cc",
						"posix/plain/udp-transfer.cc"
					]
				},
				{
					"target_name": "rendition-check",
					"type": "executable",
					"cflags_cc": ["-O0"],
					"include_dirs": ["core"],
					"sources": [
						"check/rendition-check.cc",
						"core/i420-picture.cc",
						"core/picture-coder.cc",
						"core/picture-pacer.cc",
						"core/software/pixel-conversion.cc",
						"core/rendition-paces.cc",
						"core/rendition-set.cc"
					],
					"libraries": ["-lyuv"]
				},
				{
					# What apple-check is made of beside the code that it checks, which is in whole-core.cc.
					"target_name": "apple-fakes",
					"type": "static_library",
					"include_dirs": ["check/apple-fakes/include", "check/apple-fakes", "core", "core/apple"],
					"cflags_cc": ["-O0"],
					"sources": [
						"<!@(ls check/apple-fakes/*.cc)",
						"check/apple/coder-checks.cc",
						"check/apple/conversion-checks.cc",
						"check/apple/encoder-checks.cc",
						"check/apple/main.cc",
						"check/apple/seed-checks.cc",
						"check/apple/stage.cc",
						"check/apple/surface-checks.cc",
						"check/apple/trouble-checks.cc",
						"core/annexb.cc",
						"core/content-meter.cc",
						"core/i420-picture.cc",
						"core/level.cc",
						"core/picture-content.cc",
						"core/rate-control.cc",
						"core/software/openh264-encoder.cc"
					]
				},
				{
					"target_name": "apple-check",
					"type": "executable",
					"dependencies": ["apple-fakes"],
					"include_dirs": ["check/apple-fakes/include", "core", "core/apple"],
					"cflags_cc": ["-O1"],
					"sources": ["check/apple/whole-core.cc"],
					"libraries": ["-lopenh264", "-lyuv"]
				},
				{
					"target_name": "apple-check-memory",
					"type": "executable",
					"dependencies": ["apple-fakes"],
					"include_dirs": ["check/apple-fakes/include", "core", "core/apple"],
					"cflags_cc": ["-O1", "-g1", "-fsanitize=address,undefined", "-fno-sanitize-recover=undefined"],
					"sources": ["check/apple/whole-core.cc"],
					"ldflags": ["-fsanitize=address,undefined"],
					"libraries": ["-lopenh264", "-lyuv"]
				},
				{
					"target_name": "apple-check-threads",
					"type": "executable",
					"dependencies": ["apple-fakes"],
					"include_dirs": ["check/apple-fakes/include", "core", "core/apple"],
					"cflags_cc": ["-O1", "-g1", "-fsanitize=thread"],
					"sources": ["check/apple/whole-core.cc"],
					"ldflags": ["-fsanitize=thread"],
					"libraries": ["-lopenh264", "-lyuv"]
				},
				{
					"target_name": "rate-check",
					"type": "executable",
					"include_dirs": ["core"],
					"sources": [
						"check/rate-check.cc",
						"core/content-meter.cc",
						"core/picture-content.cc",
						"core/rate-control.cc"
					]
				}
			]
		}]
	]
}
